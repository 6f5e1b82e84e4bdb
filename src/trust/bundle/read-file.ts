import { constants } from 'node:fs';
import { open, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import type { ReadSource, SourceKind } from './anchor.ts';
import { readRoots } from './read-roots.ts';

/** The largest set in use has 0.3 MB; ten thousand roots still fit. */
const limitBytes = 16 * 1024 * 1024;
/** The ends of the names that files of certificates have; `1a2b3c4d.0` is one of OpenSSL's folders. */
const certificateFile = /\.(?:pem|crt|cer|der)$|^[0-9a-f]{8}\.\d+$/i;

/**
 * Reads a file of roots, or every such file in a folder (not in folders below it; hidden ones neither, since Kubernetes
 * keeps its generations there).
 * @returns what is wrong with the path or the file as a `refused` finding.
 */
export async function readPath(given: string, kind: SourceKind): Promise<ReadSource> {
  const file = path.resolve(given);
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return await readFolder(file, kind);
    return readRoots(await readBytes(file), { kind, file });
  } catch (error) {
    return { roots: [], findings: [{ outcome: 'refused', error: await told(error, file), source: { kind, file } }] };
  }
}

async function readFolder(folder: string, kind: SourceKind): Promise<ReadSource> {
  const names = (await readdir(folder)).filter((name) => certificateFile.test(name) && !name.startsWith('.')).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const stats = await stat(path.join(folder, name)).catch(() => undefined);
      return stats?.isDirectory() ? undefined : path.join(folder, name);
    }),
  );
  const found: ReadSource = { roots: [], findings: [] };
  for (const file of files) {
    if (file === undefined) continue;
    const { roots, findings } = await readPath(file, kind);
    found.roots.push(...roots);
    found.findings.push(...findings);
  }
  const isEmpty = found.roots.length === 0 && found.findings.length === 0;
  if (isEmpty) throw new EveryhopError('trust.source-no-certificate', { file: folder }, { place: { file: folder } });
  return found;
}

async function readBytes(file: string): Promise<Buffer> {
  // Without it, opening a pipe waits for whoever writes into it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new EveryhopError('trust.source-not-file', { file });
    if (stats.size > limitBytes) {
      throw new EveryhopError('file.too-large', { file, bytes: stats.size, limit: limitBytes });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function told(error: unknown, file: string): Promise<EveryhopError> {
  if (systemCode(error) === 'ENOENT') {
    const target = await readlink(file).catch(() => undefined);
    if (target !== undefined) return new EveryhopError('trust.source-link-dangling', { file, target });
  }
  const ours = fileError(error, file);
  if (ours instanceof EveryhopError) return ours;
  throw error;
}

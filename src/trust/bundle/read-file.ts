import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { type ReadSource, RootFinding, type SourceKind } from './anchor.ts';
import { bundleError } from './messages.ts';
import { readRoots } from './read-roots.ts';

/** The largest set in use has 0.3 MB; ten thousand roots still fit. */
const limitBytes = 16 * 1024 * 1024;
/** The ends of the names that files of certificates have; `1a2b3c4d.0` is one of OpenSSL's folders. */
const certificateFile = /\.(?:pem|crt|cer|der|p7b|p7c)$|^[0-9a-f]{8}\.\d+$/i;

/**
 * Reads a file of roots, or every such file in a folder (not in folders below it; hidden ones neither, since Kubernetes
 * keeps its revisions there). Synchronous: a folder of two hundred small files takes a tenth of the time.
 * @returns what is wrong with the path or the file as a `refused` finding.
 */
export function readPath(given: string, kind: SourceKind): ReadSource {
  const file = path.resolve(given);
  return readOne(file, kind, () => readFolder(file, kind));
}

function readOne(file: string, kind: SourceKind, whereFolder: () => ReadSource): ReadSource {
  try {
    const bytes = readBytes(file);
    return bytes === 'folder' ? whereFolder() : readRoots(bytes, { kind, file });
  } catch (error) {
    return { roots: [], findings: [new RootFinding('refused', told(error, file), { kind, file })] };
  }
}

function readFolder(folder: string, kind: SourceKind): ReadSource {
  const names = readdirSync(folder).filter((name) => certificateFile.test(name) && !name.startsWith('.'));
  const found: ReadSource = { roots: [], findings: [] };
  for (const name of names.sort()) {
    const { roots, findings } = readOne(path.join(folder, name), kind, () => ({ roots: [], findings: [] }));
    found.roots.push(...roots);
    found.findings.push(...findings);
  }
  const isEmpty = found.roots.length === 0 && found.findings.length === 0;
  if (isEmpty) throw bundleError('trust.source-no-certificate', { file: folder }, { place: { file: folder } });
  return found;
}

function readBytes(file: string): Buffer | 'folder' {
  const found = statSync(file);
  if (found.isDirectory()) return 'folder';
  if (!found.isFile()) throw bundleError('trust.source-not-file', { file });
  if (found.size > limitBytes) {
    throw baseError('file.too-large', { file, bytes: found.size, limit: limitBytes });
  }
  // Without O_NONBLOCK, opening a pipe that took its place meanwhile waits for whoever writes into it.
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function told(error: unknown, file: string): EveryhopError {
  if (systemCode(error) === 'ENOENT') {
    const target = linkTarget(file);
    if (target !== undefined) return bundleError('trust.source-link-dangling', { file, target });
  }
  const ours = fileError(error, file);
  if (ours instanceof EveryhopError) return ours;
  throw error;
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { type ReadSource, RootFinding, type SourceKind } from './anchor.ts';
import { bundleError } from './messages.ts';
import { readRoots } from './read-roots.ts';

/** The largest common set has 0.3 MB; ten thousand roots would still fit. */
const limitBytes = 16 * 1024 * 1024;
/** File name endings of certificates; OpenSSL's folders use names such as `1a2b3c4d.0`. */
const certificateFile = /\.(?:pem|crt|cer|der|p7b|p7c)$|^[0-9a-f]{8}\.\d+$/i;

/**
 * Reads a file of roots, or every such file in a folder, except hidden files (Kubernetes keeps its revisions there) and
 * subfolders. Synchronous: a folder of two hundred small files takes a tenth of the time.
 * @returns a problem with the path or file as a `refused` finding.
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
  // Without O_NONBLOCK, opening a pipe that has replaced the file would wait for a writer.
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

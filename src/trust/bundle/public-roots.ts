import { access } from 'node:fs/promises';
import tls from 'node:tls';
import { EveryhopError } from '../../base/errors.ts';
import type { ReadSource, SourceKind } from './anchor.ts';
import { readPath } from './read-file.ts';
import { readRoots } from './read-roots.ts';
import { systemRootFiles } from './system-files.ts';

/**
 * The roots that this machine trusts. SSL_CERT_FILE has no say: it may name a bundle of ours, or the very file that is
 * wrong.
 * @throws EveryhopError `trust.no-system-roots`.
 */
export async function readSystemRoots(
  platform: NodeJS.Platform = process.platform,
  files: readonly string[] = systemRootFiles,
): Promise<ReadSource> {
  if (platform === 'darwin' || platform === 'win32') return readPems(tls.getCACertificates('system'), 'system');
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return readPath(file, 'system');
  }
  throw new EveryhopError('trust.no-system-roots', { files: files.join(', ') });
}

/** Mozilla's set as this Node brings it. */
export function readMozillaRoots(): ReadSource {
  return readPems(tls.getCACertificates('bundled'), 'mozilla');
}

function readPems(pems: readonly string[], kind: SourceKind): ReadSource {
  return readRoots(Buffer.from(pems.join('\n'), 'latin1'), { kind });
}

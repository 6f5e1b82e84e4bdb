import { existsSync } from 'node:fs';
import type { ReadSource } from './anchor.ts';
import { bundleError } from './messages.ts';
import { readPath } from './read-file.ts';
import { readRoots } from './read-roots.ts';
import { systemRootFiles } from './system-files.ts';

/**
 * The roots that this machine trusts. Ignores SSL_CERT_FILE: it may name one of our bundles, or a wrong file.
 * @throws EveryhopError `trust.no-system-roots`.
 */
export async function readSystemRoots(
  platform: NodeJS.Platform = process.platform,
  files: readonly string[] = systemRootFiles,
): Promise<ReadSource> {
  if (platform === 'darwin' || platform === 'win32') {
    const { default: tls } = await import('node:tls');
    const pems = tls.getCACertificates('system').join('\n');
    return readRoots(Buffer.from(pems, 'latin1'), { kind: 'system' });
  }
  const file = files.find((file) => existsSync(file));
  if (file === undefined) throw bundleError('trust.no-system-roots', { files: files.join(', ') });
  return readPath(file, 'system');
}

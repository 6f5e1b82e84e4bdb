import { realpath } from 'node:fs/promises';
import { systemRootFiles } from './bundle/system-files.ts';
import { baseError } from '../base/messages.ts';
import type { Execute } from '../base/process.ts';
import { trustError } from './messages.ts';

/** Wraps a command line. */
export type Through = (command: readonly string[]) => string[];

/** `$1` is the bundle, then the targets up to `--`, then the command. */
const mounting =
  'bundle=$1; shift; while [ "$1" != -- ]; do mount --bind "$bundle" "$1" || exit 125; shift; done; shift; exec "$@"';

/**
 * For programs that read the system's file of roots and ignore the environment: runs a command in a mount namespace of its own,
 * in which the bundle covers that file. Nothing changes for other processes. User, folder, terminal, network, signals and exit code
 * stay as they are; without root, the namespace also is a user namespace, in which setuid programs such as sudo do not work.
 * @param bundle the file of all roots. The program sees this revision of it, not later ones.
 * @throws EveryhopError `trust.mount-refused` if this system does not allow it.
 */
export async function mountOver(bundle: string, execute: Execute): Promise<Through> {
  const targets = await existing(systemRootFiles);
  if (process.platform !== 'linux' || targets.length === 0) throw refused('');
  const inside = ['sh', '-c', mounting, 'sh', await realpath(bundle), ...targets, '--'];
  const uid = process.getuid!();
  const prefix =
    uid === 0
      ? ['unshare', '--mount', '--', ...inside]
      : [
          'unshare',
          '--user',
          '--map-root-user',
          '--mount',
          '--',
          ...inside,
          // A second user namespace, in which the program has its own user again and cannot undo the mount.
          'unshare',
          '--user',
          `--map-user=${uid}`,
          `--map-group=${process.getgid!()}`,
          '--',
        ];
  try {
    const { code, stderr } = await execute('unshare', [...prefix.slice(1), 'true']);
    if (code !== 0) throw refused(stderr.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    throw baseError.is(error, 'program.missing') ? refused(error.message) : error;
  }
  return (command) => [...prefix, ...command];
}

function refused(said: string): Error {
  return trustError('trust.mount-refused', { said });
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map((file) => realpath(file).catch(() => undefined)));
  return [...new Set(found.filter((file) => file !== undefined))];
}

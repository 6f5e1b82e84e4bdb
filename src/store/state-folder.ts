import path from 'node:path';

/** Of root and, as its home, of the service user. */
export const systemFolder = '/var/lib/everyhop';
/** The user of the service. */
export const serviceUser = 'everyhop';

/**
 * Chooses the state folder: the flag; for root and the service user `/var/lib/everyhop`; else `$XDG_STATE_HOME/everyhop`, by default
 * `~/.local/state/everyhop` (XDG Base Directory Specification 0.8); on macOS and Windows the system's folder for app
 * data.
 */
export function stateFolder(given: {
  flag: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** undefined on systems without user ids. */
  uid: number | undefined;
  home: string;
  platform: NodeJS.Platform;
}): string {
  const { flag, env, uid, home, platform } = given;
  if (flag !== undefined && flag !== '') return path.resolve(flag);
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'everyhop');
  if (uid === 0 || home === systemFolder) return systemFolder;
  const stateHome = env['XDG_STATE_HOME'] ?? '';
  if (path.isAbsolute(stateHome)) return path.join(stateHome, 'everyhop'); // the specification says to ignore relative paths
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'everyhop');
  return path.join(home, '.local', 'state', 'everyhop');
}

/** The path of the store in a state folder. */
export function databaseFile(folder: string): string {
  return path.join(folder, 'everyhop.db');
}

import path from 'node:path';

/**
 * The state folder that is meant: the flag; for root `/var/lib/everyhop`; else `$XDG_STATE_HOME/everyhop`, by default
 * `~/.local/state/everyhop` (XDG Base Directory Specification 0.8); on macOS and Windows where programs keep such things.
 */
export function stateFolder(given: {
  flag: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** undefined where users have no numbers. */
  uid: number | undefined;
  home: string;
  platform: NodeJS.Platform;
}): string {
  const { flag, env, uid, home, platform } = given;
  if (flag !== undefined && flag !== '') return path.resolve(flag);
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'everyhop');
  if (uid === 0) return '/var/lib/everyhop';
  const wanted = env['XDG_STATE_HOME'] ?? '';
  if (path.isAbsolute(wanted)) return path.join(wanted, 'everyhop'); // the specification: ignore relative ones
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'everyhop');
  return path.join(home, '.local', 'state', 'everyhop');
}

/** Where a state folder keeps its store. */
export function databaseFile(folder: string): string {
  return path.join(folder, 'everyhop.db');
}

import type { Systemd } from './systemd.ts';

export interface JournalError {
  /** The line, such as `edge.port-in-use: …`. */
  text: string;
  atMs: number;
}

/** As every error of this program begins. */
const errorLine = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*: /;

/** The last error among the newest lines of a unit's journal; undefined if there is none or this user may not read it. */
export async function lastError({ execute }: Systemd, unit: string, sinceMs = 0): Promise<JournalError | undefined> {
  const args = [`_SYSTEMD_UNIT=${unit}`, '--output', 'json', '--lines', '300', '--no-pager', '--quiet'];
  const { stdout } = await execute('journalctl', args).catch(() => ({ stdout: '' }));
  const errors = stdout.split('\n').flatMap((line): JournalError[] => {
    if (line === '') return [];
    const { MESSAGE: text, __REALTIME_TIMESTAMP: at } = JSON.parse(line) as Record<string, unknown>;
    const atMs = Number(at) / 1000;
    return typeof text === 'string' && errorLine.test(text) && atMs >= sinceMs ? [{ text, atMs }] : [];
  });
  return errors.at(-1);
}

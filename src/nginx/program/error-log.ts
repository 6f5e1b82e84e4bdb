import { open, stat } from 'node:fs/promises';
import { type LogLine, parseLog } from './log-line.ts';

/** A place in a log: what nginx wrote before it is old. */
export interface LogMark {
  /** What was written since; empty where the log cannot be read. Every call begins at the mark again. */
  linesSince(): Promise<LogLine[]>;
}

/** A busy server's log may grow fast; what matters here comes at once. */
const limitBytes = 1024 * 1024;

/**
 * Remembers where the error log ends now. A log that is not there yet, or that is put aside meanwhile (logrotate), is read
 * from its beginning.
 */
export async function markLog(file: string): Promise<LogMark> {
  const before = await stat(file).catch(() => undefined);
  return {
    async linesSince() {
      const handle = await open(file).catch(() => undefined);
      if (!handle) return [];
      try {
        const now = await handle.stat();
        const isSame = now.ino === before?.ino && now.dev === before.dev && now.size >= before.size;
        const start = isSame ? before.size : 0;
        const bytes = Buffer.alloc(Math.min(now.size - start, limitBytes));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        return parseLog(bytes.toString('utf8', 0, bytesRead));
      } catch {
        return [];
      } finally {
        await handle.close();
      }
    },
  };
}

import { open, stat } from 'node:fs/promises';
import { type LogLine, parseLog } from './log-line.ts';

/** A position in a log. */
export interface LogMark {
  /** The lines after the mark, on every call; empty if the log cannot be read. */
  linesSince(): Promise<LogLine[]>;
}

/** A busy server's log grows fast, but the relevant lines come first. */
const limitBytes = 1024 * 1024;

/**
 * Marks the current end of the error log. `linesSince` reads a log that is created or rotated (logrotate) later from its
 * start.
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

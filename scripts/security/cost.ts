/** The table of sizes and times in docs/security.md, of this machine. The test holds the growth (test/security/cost.test.ts). */
import type { Reader } from '../../test/security/reader.ts';
import { readers } from '../../test/security/readers.ts';
import { cpuMs } from '../../test/support/cpu.ts';

const fractions = [16, 4, 1];
const rounds = 5;
/** Below, the clock and the collector decide. */
const measurableMs = 0.5;

function medianMs({ input, read }: Reader, bytes: number): number {
  const content = input(bytes);
  const times = Array.from({ length: rounds }, () => {
    const start = cpuMs();
    try {
      read(content);
    } catch {
      // Refusing it is as good.
    }
    return cpuMs() - start;
  });
  return times.sort((one, other) => one - other)[Math.floor(rounds / 2)]!;
}

function time(ms: number): string {
  return ms < 1 ? `${Math.round(ms * 1000)} µs` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}

/** The exponent of the growth over 16 times the size: 1 is linear, 2 quadratic. */
function growth(first: number, last: number): string {
  return last < measurableMs ? '–' : (Math.log(last / Math.max(first, 0.001)) / Math.log(16)).toFixed(1);
}

export function costRows(): string[][] {
  return readers.map((reader) => {
    medianMs(reader, reader.bytes / 16); // compiles
    const times = fractions.map((fraction) => medianMs(reader, reader.bytes / fraction));
    const name = `${reader.name.replaceAll('|', '\\|').replaceAll('<', '&lt;')} (${reader.file})`;
    return [name, size(reader.bytes), ...times.map(time), growth(times[0]!, times[2]!)];
  });
}

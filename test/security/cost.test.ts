/** Every reader of bytes from the network or from a file takes linear time at most. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMs } from '../support/cpu.ts';
import { mends } from '../support/outside.ts';
import type { Reader } from './reader.ts';
import { readers } from './readers.ts';

/** CPU time of one reading, the least of several: other programs run beside it. */
function leastCpuMs(reader: Reader, bytes: number): number {
  const input = reader.input(bytes);
  const once = (): number => {
    const start = cpuMs();
    try {
      reader.read(input);
    } catch {
      // Refusing it is as good.
    }
    return cpuMs() - start;
  };
  return Math.min(once(), once(), once());
}

test('eight times the bytes cost no more than linear time', async (t) => {
  const measured = mends(t, 'security/S12-pem-of-short-lines');
  measured['readers'] = readers.length;
  for (const reader of readers) {
    await t.test(reader.name, (t) => {
      leastCpuMs(reader, reader.bytes / 8); // compiles
      const small = leastCpuMs(reader, reader.bytes / 8);
      const large = leastCpuMs(reader, reader.bytes);
      t.diagnostic(`${reader.bytes} bytes: ${large.toFixed(2)} ms`);
      // Quadratic time would be 64 times. Below 2 ms, the clock and the collector decide.
      assert.ok(large < 2 || large < 24 * Math.max(small, 0.1), `${small.toFixed(2)} ms, then ${large.toFixed(2)} ms`);
    });
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { AccessEntry } from '../../src/edge/connection.ts';

const entry: AccessEntry = {
  id: 'abcdefgh',
  client: '192.0.2.1',
  method: 'GET',
  host: 'chat.test',
  path: '/a"b\\c',
  protocol: 'HTTP/1.1',
  status: 502,
  bytes: 12,
  firstByteMs: 1.26,
  durationMs: 3,
  kind: 'sse',
  error: 'edge.upstream-closed',
  detail: 'reset "by" peer: é 中 \u2028 😀\n',
};

/** Writes `count` lines in each of several concurrent processes, as workers do, and returns the combined output. */
async function written(count: number, { end = 'await log.flush()', processes = 1 } = {}): Promise<string[]> {
  const script = `import { createAccessLog } from ${JSON.stringify(import.meta.resolve('../../src/edge/access-log.ts'))};
    const log = createAccessLog('json');
    const entry = ${JSON.stringify(entry)};
    for (let at = 0; at < ${count}; at += 1) {
      log.write({ ...entry, bytes: at });
      if (at % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
    }
    ${end};`;
  const background = Array.from({ length: processes }, () => '"$0" --input-type=module --eval "$1" &').join(' ');
  const child = spawn('/bin/sh', ['-c', `${background} wait`, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
  await once(child, 'close');
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}

test('a line of the access log is ASCII JSON with the values of the entry', async () => {
  const [line] = await written(1);
  assert.match(line!, /^[ -~]+$/);
  const { level, time, msg, ...rest } = JSON.parse(line!) as Record<string, unknown>;
  assert.deepEqual([level, msg], [30, 'access']);
  assert.ok(Math.abs(Date.now() - Date.parse(time as string)) < 60_000);
  assert.deepEqual(rest, { ...entry, bytes: 0, firstByteMs: 1.3 });
});

test('writes every line in order, even if they come faster than they can be written', async () => {
  const lines = await written(5000);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { bytes: number }).bytes),
    Array.from({ length: 5000 }, (_, at) => at),
  );
});

test('writes lines without a flush', async () => {
  const lines = await written(3, { end: 'setTimeout(() => process.exit(), 1000)' });
  assert.equal(lines.length, 3);
});

test('lines of several workers do not interleave, however slow the reader', async () => {
  const lines = await written(20_000, { processes: 3 });
  const counts = Map.groupBy(lines, (line) => (JSON.parse(line) as { bytes: number }).bytes);
  assert.equal(counts.size, 20_000);
  assert.ok([...counts.values()].every(({ length }) => length === 3));
});

test('truncates a path as long as the head limit', async () => {
  const [line] = await written(1, {
    end: `log.write({ ...entry, path: '/'.padEnd(60_000, '"') }); await log.flush()`,
  }).then((lines) => lines.slice(-1));
  const { path } = JSON.parse(line!) as { path: string };
  assert.match(path, /^\/"{900,1100}\.{3}$/);
});

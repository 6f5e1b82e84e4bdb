/** Apps that listen on a unix socket: the default of gunicorn, Puma and PHP-FPM behind nginx, and of many systemd units. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { readUpstream, upstreamText } from '../../src/config/upstream.ts';
import type { EdgeSnapshot, EdgeUpstream } from '../../src/edge/snapshot.ts';
import { checkUpstreams, type UpstreamCheck } from '../../src/edge/upstream-check.ts';
import { connectRaw, request, rootPem, route, site, startEdge, upstreamAt } from './edge.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const socketAt = (socketPath: string, basePath = ''): EdgeUpstream =>
  upstreamAt(80, { host: 'localhost', socketPath, basePath });

/** Answers with the path and body of the request; upgrades to an echo. @param at a path, or `\0` and an abstract name. */
async function startSocketApp(t: TestContext, at: string): Promise<http.Server> {
  const server = http.createServer((asked, answer) => {
    void text(asked).then((body) => answer.end(`${asked.url} ${String(asked.headers['x-forwarded-proto'])} ${body}`));
  });
  server.on('upgrade', (_asked, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(at);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

test('writes and reads unix sockets; the spellings of other programs get the right one as a suggestion', () => {
  const read = (written: string): unknown => {
    const reading = readUpstream(written);
    return 'value' in reading ? upstreamText(reading.value) : [reading.problem, reading.params?.['suggestion']];
  };
  for (const right of ['unix:/run/app.sock', 'unix:/run/app.sock:/base', 'unix:@app', 'unix:/run/my app.sock'])
    assert.equal(read(right), right);
  const form = 'config.socket-form';
  const suggested: Record<string, string> = {
    '/run/app.sock': 'unix:/run/app.sock',
    'http://unix:/run/app.sock': 'unix:/run/app.sock',
    'http://unix:/run/app.sock:/base/': 'unix:/run/app.sock:/base/',
    'unix//run/app.sock': 'unix:/run/app.sock',
    'unix:///run/app.sock': 'unix:/run/app.sock',
    'http+unix://%2Frun%2Fapp.sock': 'unix:/run/app.sock',
    'unix:run/app.sock': 'unix:/run/app.sock',
  };
  for (const [written, right] of Object.entries(suggested)) assert.deepEqual(read(written), [form, right], written);
  for (const wrong of ['unix:', 'unix:/run/app.sock\n', 'unix:/run/', 'unix:/a.sock:base'])
    assert.deepEqual(read(wrong), ['config.bad-upstream', undefined], wrong);
  assert.deepEqual(read(`unix:/${'a'.repeat(107)}`), ['config.socket-path-long', undefined]);
  assert.deepEqual(read(`unix:/${'a'.repeat(106)}`), `unix:/${'a'.repeat(106)}`);
});

test('forwards HTTP/1.1, HTTP/2, bodies and WebSockets to a unix socket, also an abstract one', async (t) => {
  const folder = await folderOf(t);
  const file = path.join(folder, 'app.sock');
  const abstract = `everyhop-test-${process.pid}`;
  await startSocketApp(t, file);
  await startSocketApp(t, `\0${abstract}`);
  const edge = await startEdge(t, [
    site(['chat.test'], [route(socketAt(file, '/base')), route(socketAt(`@${abstract}`), { path: '/abstract' })]),
  ]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/one', 'Content-Length: 3\r\n', 'POST'));
  client.socket.write('abc');
  await client.until(/\/base\/one https abc/);
  client.socket.write(request('/abstract/two'));
  await client.until(/\/abstract\/two https /);

  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const stream = session.request({ ':authority': 'chat.test', ':path': '/three', ':method': 'PUT' });
  stream.end('body');
  assert.equal(await text(stream), '/base/three https body');

  const socket = await connectRaw(t, edge.httpsPort);
  socket.socket.write(request('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await socket.until(/101 Switching/);
  socket.socket.write('echo this');
  await socket.until(/echo this/);
});

test('an app that has not made its socket yet, or has died without removing it, counts as not running', async (t) => {
  const folder = await folderOf(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(socketAt(path.join(folder, 'none.sock')))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  await client.until(/502 Bad Gateway[^]*not running/);
  assert.equal(edge.log[0]!.error, 'edge.upstream-refused');
});

async function look(upstream: EdgeUpstream): Promise<UpstreamCheck> {
  const snapshot = { sites: [site(['chat.test'], [route(upstream)])], listeners: [] } as unknown as EdgeSnapshot;
  return (await checkUpstreams(snapshot, { clock, addresses: [] }))[0]!;
}

test('finds a socket that is missing, or that the workers may not open, with the command that opens it', async (t) => {
  const folder = await folderOf(t);
  await chmod(folder, 0o755);
  const inner = path.join(folder, 'app');
  await mkdir(inner);
  const file = path.join(inner, 'app.sock');
  assert.deepEqual(
    [(await look(socketAt(file))).problem, (await look(socketAt('@none-such'))).problem],
    ['down', 'down'],
  );
  await startSocketApp(t, file);
  await chmod(file, 0o666);
  assert.deepEqual((await look(socketAt(file))).findings, []);

  // As root, the workers run as another user; otherwise, they are this one.
  await chmod(file, 0);
  if (process.getuid!() === 0) await chmod(inner, 0o700);
  const { problem, findings } = await look(socketAt(file, '/base'));
  assert.equal(problem, 'denied');
  assert.match(findingReport(findings[0]!, 'en').message, /may not open unix:/);
  const { fix } = findings[0]!;
  assert.equal(spawnSync('sh', ['-c', fix!]).status, 0);
  assert.deepEqual((await look(socketAt(file))).findings, []);
});

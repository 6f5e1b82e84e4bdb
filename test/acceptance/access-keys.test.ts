/** Access keys with OpenAI's clients, through `everyhop up` with two workers: made, used, revoked in the middle of streams. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http, { type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { addKey, listKeys, revokeKey } from '../../src/app/access.ts';
import { runningStatus } from '../../src/app/running.ts';
import { mends } from '../support/outside.ts';
import { pythonOf, without } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { atEnd, cleanEnvironment, freePorts, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';

interface App {
  port: number;
  streams: Set<ServerResponse>;
  /** X-Forwarded-User of each request of a visitor; Everyhop looks at the app itself, too. */
  users: string[];
  credentials: string[];
  tick(token: string): void;
}

/** Speaks OpenAI's API: streams hold until the next token. */
async function startModelServer(t: TestContext): Promise<App> {
  const streams = new Set<ServerResponse>();
  const users: string[] = [];
  const credentials: string[] = [];
  const send = (response: ServerResponse, content: string): void =>
    void response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
  const server = http.createServer((request, response) => {
    if (request.headers['x-forwarded-for'] !== undefined) users.push(String(request.headers['x-forwarded-user']));
    credentials.push(...[request.headers.authorization ?? [], request.headers['x-api-key'] ?? []].flat());
    request.resume();
    if (!request.url!.endsWith('/completions')) {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"object":"list","data":[]}');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    streams.add(response);
    response.on('close', () => streams.delete(response));
    send(response, 'first');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const tick = (token: string): void => streams.forEach((response) => send(response, token));
  return { port: (server.address() as AddressInfo).port, streams, users, credentials, tick };
}

interface Reader {
  said: unknown[][];
  has(...what: unknown[]): boolean;
}

const reader = (said: unknown[][]): Reader => ({
  said,
  has: (...what) => said.some((one) => JSON.stringify(one) === JSON.stringify(what)),
});

/** A client that prints JSON lines. */
async function startClient(t: TestContext, command: string[], up: Up, key: string): Promise<Reader> {
  const home = await temporaryFolder(t, 'client');
  const env = { SSL_CERT_FILE: up.rootFile, NODE_EXTRA_CA_CERTS: up.rootFile, OPENAI_API_KEY: key };
  const child = spawn(command[0]!, [...command.slice(1), `${up.url}/v1`], {
    cwd: home,
    env: { ...cleanEnvironment(home), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(t, () => child.kill('SIGKILL'));
  const said: unknown[][] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as unknown[]));
  return reader(said);
}

/** A stream over HTTP/2, on a new connection. */
async function openHttp2(t: TestContext, up: Up, field: Record<string, string>): Promise<Reader> {
  const session = http2.connect(up.url, { ca: await readFile(up.rootFile) });
  session.on('error', () => {});
  atEnd(t, () => session.destroy());
  const said: unknown[][] = [];
  const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions', ...field });
  stream.setEncoding('utf8').on('data', (text: string) => {
    for (const [, token] of text.matchAll(/"content":"(\w+)"/g)) said.push(['token', token]);
  });
  stream.on('response', (headers) => said.push(['status', headers[':status']]));
  stream.on('error', () => {});
  stream.on('close', () => said.push([stream.rstCode === 0 ? 'end' : 'cut']));
  stream.end('{}');
  await once(stream, 'response');
  return reader(said);
}

test(
  'OpenAI clients use a key; revoked in the middle of a stream, it ends new requests at once, and streams if asked',
  { timeout: 180_000, skip: without('pythonClients') },
  async (t) => {
    const measured = mends(t, 'attack/revoked-key');
    const app = await startModelServer(t);
    const folder = await temporaryFolder(t, 'keys');
    const file = path.join(folder, 'everyhop.yaml');
    const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
    const sites = [{ host: 'localhost', upstream: app.port, access: { keys: true } }];
    await writeFile(file, JSON.stringify({ workers: 2, sites }));
    const up = await startUp(t, ['--config', file], { httpsPort, httpPort });
    const access = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runEveryhop(['access', ...args, '--state', up.state], folder);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    // Standard output is the key alone, for KEY=$(everyhop access add-key …).
    const printed = await access('add-key', 'mine', '--expires', '90d');
    assert.match(printed, /^eh_[0-9A-Za-z]{43}\n$/);
    const key = printed.trim();
    let other = '';
    const theirs = { name: 'theirs', sites: [], expires: undefined, rate: undefined };
    await addKey(up.state, theirs, (made) => (other = made.reveal()));

    const clients = await Promise.all([
      startClient(t, [pythonOf('clients'), path.join(import.meta.dirname, 'clients/keyed_openai.py')], up, key),
      startClient(t, [process.execPath, path.join(import.meta.dirname, 'clients/keyed-openai.ts')], up, key),
    ]);
    const bystander = await openHttp2(t, up, { 'x-api-key': other });
    const busyWorkers = async (): Promise<number> =>
      (await runningStatus(up.state)).workers.filter(({ streams }) => streams > 0).length;
    // Connections come to both workers, but not in turn.
    for (let more = 0; more < 4 || (more < 60 && (await busyWorkers()) < 2); more += 1)
      clients.push(await openHttp2(t, up, { authorization: `Bearer ${key}` }));
    assert.equal(await busyWorkers(), 2);
    await until(t, () => clients.every((client) => client.has('token', 'first')), 60);
    for (const client of clients.slice(0, 2))
      assert.deepEqual(client.said[0], ['refused', 'AuthenticationError', 'invalid_api_key']);

    await revokeKey(up.state, 'mine', false);
    app.tick('second');
    await until(t, () => [...clients, bystander].every((client) => client.has('token', 'second')), 20);
    const refused = await Promise.all(
      Array.from({ length: 12 }, () => openHttp2(t, up, { authorization: `Bearer ${key}` })),
    );
    assert.ok(refused.every((client) => client.has('status', 401)));

    const beganMs = performance.now();
    await access('revoke-key', 'mine', '--end-streams');
    await until(t, () => clients.every((client) => client.has('cut')), 20);
    const endedMs = performance.now() - beganMs;
    await until(t, () => app.streams.size === 1, 20);
    app.tick('third');
    await until(t, () => bystander.has('token', 'third'), 20);
    for (const client of clients) assert.ok(!client.has('token', 'third'));
    for (const client of clients.slice(0, 2)) await until(t, () => client.said.at(-1)![0] === 'refused', 20);

    assert.deepEqual(new Set(app.users), new Set(['mine', 'theirs']));
    assert.deepEqual(app.credentials, []);
    const listed = await listKeys(up.state);
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['theirs'],
    );
    assert.ok(Date.now() - listed[0]!.usedMs! < 180_000);
    t.diagnostic(`${clients.length} streams ended ${Math.round(endedMs)} ms after the command began`);
    Object.assign(measured, { workers: 2, streams: 'every stream', refused: refused.length });
  },
);

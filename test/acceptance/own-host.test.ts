/** Real apps that refuse every Host but localhost's, behind public names: with `app: any`, as any proxy would, and recognised. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { WebSocket, type ClientOptions } from 'ws';
import { execute } from '../../src/base/process.ts';
import { startJupyter } from '../support/jupyter.ts';
import { startOllama } from '../support/ollama.ts';
import { mends } from '../support/outside.ts';
import { startPython } from '../support/python.ts';
import { pythonOf, without } from '../support/tools.ts';
import { cleanEnvironment, freePorts, startUp, temporaryFolder, type Up } from '../support/up.ts';
import { until } from '../support/until.ts';

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The site `NAME.test` has the app as Everyhop recognises it, and `plain-NAME.test` with the visitor's Host. */
async function serve(t: TestContext, apps: Record<string, string>): Promise<Up> {
  const config = path.join(await temporaryFolder(t, 'own-host'), 'everyhop.yaml');
  const sites = Object.entries(apps).flatMap(([name, upstream]) => [
    `  - { host: ${name}.test, upstream: "${upstream}" }`,
    `  - { host: plain-${name}.test, upstream: "${upstream}", app: any }`,
  ]);
  await writeFile(config, `sites:\n${sites.join('\n')}\n`);
  const up = await startUp(t, ['--config', config]);
  // The start waits only briefly for an app that a busy machine keeps from answering.
  for (const name of Object.keys(apps))
    await until(t, async () => !refusals.has(await statusOf(up, `${name}.test`, guarded[name] ?? '/')));
  return up;
}

/** Paths of apps that do not look at Host everywhere. */
const guarded: Record<string, string> = { mcp: '/mcp', sse: '/sse' };

/** Of a Host, by Ollama, Jupyter and MCP servers. */
const refusals = new Set([403, 421]);

/** The status alone: some answers have no end. */
function statusOf(up: Up, name: string, target: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const place = { host: '127.0.0.1', port: up.httpsPort, servername: name, path: target };
    const headers = { host: `${name}:${up.httpsPort}` };
    const request = https.get({ ...place, headers, ca: readFileSync(up.rootFile), agent: false }, (response) => {
      resolve(response.statusCode!);
      response.destroy();
    });
    request.on('error', reject);
  });
}

/** A request of a browser page, without HTTP/2. */
function ask(
  up: Up,
  name: string,
  target: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: '127.0.0.1',
        port: up.httpsPort,
        servername: name,
        path: target,
        method,
        ca: readFileSync(up.rootFile),
        agent: false,
        headers: { host: `${name}:${up.httpsPort}`, ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      },
    );
    request.on('error', reject).end(body);
  });
}

const origin = (up: Up, name: string): Record<string, string> => ({ origin: `https://${name}:${up.httpsPort}` });
const foreign = { origin: 'https://evil.test' };

suite('Ollama', { skip: without('ollama'), timeout: 120_000 }, () => {
  test('answers behind its public name, to pages of its site and to no others', async (t) => {
    const measured = mends(t, 'edge/E03-upstream-host-header');
    const [late] = (await freePorts(1)) as [number];
    const up = await serve(t, { models: await startOllama(t), late: `http://127.0.0.1:${late}` });
    const status = async (name: string, headers = {}): Promise<number> =>
      (await ask(up, name, '/', { headers })).status;
    measured['Ollama, before'] = await status('plain-models.test');
    measured['Ollama, after'] = await status('models.test');
    assert.deepEqual(measured, { ...measured, 'Ollama, before': 403, 'Ollama, after': 200 });
    assert.match((await ask(up, 'models.test', '/')).body, /^Ollama is running$/);
    const posted = { method: 'POST', body: '{"model":"none"}' };
    const show = async (headers: Record<string, string>): Promise<Reply> =>
      ask(up, 'models.test', '/api/show', { ...posted, headers });
    assert.equal((await show({})).status, 404, 'no such model');
    assert.equal((await show(origin(up, 'models.test'))).status, 404);
    assert.equal((await show(foreign)).status, 403, 'its CORS rule still refuses other sites');

    assert.equal(await status('late.test'), 502);
    await startOllama(t, late);
    await until(t, async () => (await status('late.test')) === 200);
    assert.equal(await status('plain-late.test'), 403);
  });
});

suite('MCP', { skip: without('guarded'), timeout: 120_000 }, () => {
  test('clients use tools behind a public name, over streamed HTTP and server-sent events', async (t) => {
    const measured = mends(t, 'edge/E03-upstream-host-header');
    const server = [
      'import os, sys',
      'from mcp.server.fastmcp import FastMCP',
      'm = FastMCP("t", port=int(os.environ["PORT"]))',
      '@m.tool()',
      'def add(a: int, b: int) -> int: return a + b',
      'm.run(sys.argv[1])',
    ].join('\n');
    const start = async (transport: string): Promise<string> =>
      (await startPython(t, 'guarded', ['-c', server, transport], /Uvicorn running on/)).url;
    const [mcp, sse] = await Promise.all([start('streamable-http'), start('sse')]);
    const up = await serve(t, { mcp, sse });
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    };
    const post = async (name: string, headers: Record<string, string> = {}): Promise<number> => {
      const fields = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers };
      return (await ask(up, name, '/mcp', { method: 'POST', body: JSON.stringify(initialize), headers: fields }))
        .status;
    };
    measured['MCP, before'] = await post('plain-mcp.test');
    measured['MCP, after'] = await post('mcp.test');
    assert.deepEqual(measured, { ...measured, 'MCP, before': 421, 'MCP, after': 200 });
    assert.equal(await post('mcp.test', origin(up, 'mcp.test')), 200);
    assert.equal(await post('mcp.test', foreign), 403);
    assert.equal((await ask(up, 'plain-sse.test', '/sse')).status, 421);

    const client = [
      'import asyncio, socket, sys',
      'from mcp import ClientSession',
      'from mcp.client.sse import sse_client',
      'from mcp.client.streamable_http import streamablehttp_client',
      'real = socket.getaddrinfo',
      'socket.getaddrinfo = lambda host, *rest, **more: real("127.0.0.1" if ".test" in str(host) else host, *rest, **more)',
      'async def use(connection):',
      '  async with connection as (read, write, *_):',
      '    async with ClientSession(read, write) as session:',
      '      await session.initialize()',
      '      print((await session.call_tool("add", {"a": 40, "b": 2})).content[0].text)',
      'asyncio.run(use(streamablehttp_client(sys.argv[1])))',
      'asyncio.run(use(sse_client(sys.argv[2])))',
    ].join('\n');
    const urls = [`https://mcp.test:${up.httpsPort}/mcp`, `https://sse.test:${up.httpsPort}/sse`];
    const home = await temporaryFolder(t, 'mcp');
    const env = { ...cleanEnvironment(home), SSL_CERT_FILE: up.rootFile };
    const { stdout, stderr } = await execute(pythonOf('guarded'), ['-c', client, ...urls], { env, timeoutMs: 60_000 });
    assert.equal(stdout, '42\n42\n', stderr);
  });
});

suite('Jupyter', { skip: without('guarded'), timeout: 120_000 }, () => {
  test('a page behind a public name logs in, starts a kernel and runs code over its WebSocket', async (t) => {
    const measured = mends(t, 'edge/E03-upstream-host-header');
    const up = await serve(t, { jupyter: await startJupyter(t, 'sesame') });
    const name = 'jupyter.test';
    measured['Jupyter, before'] = (await ask(up, `plain-${name}`, '/login')).status;
    const page = await ask(up, name, '/login');
    measured['Jupyter, after'] = page.status;
    assert.deepEqual(measured, { ...measured, 'Jupyter, before': 403, 'Jupyter, after': 200 });

    const jar = new Map<string, string>();
    const keep = ({ headers }: Reply): void => {
      for (const line of [headers['set-cookie'] ?? []].flat()) {
        const [, key, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        jar.set(key!, value!);
      }
    };
    const cookie = (): string => [...jar].map((pair) => pair.join('=')).join('; ');
    const xsrf = (): string => jar.get('_xsrf')!;
    keep(page);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = await ask(up, name, '/login?next=%2Ftree', {
      method: 'POST',
      headers: { ...form, ...origin(up, name), cookie: cookie() },
      body: `password=sesame&_xsrf=${encodeURIComponent(xsrf())}`,
    });
    keep(login);
    assert.deepEqual([login.status, login.headers['location']], [302, '/tree']);

    const api = (headers: Record<string, string>): Promise<Reply> =>
      ask(up, name, '/api/kernels', {
        method: 'POST',
        headers: { cookie: cookie(), 'x-xsrftoken': xsrf(), ...headers },
        body: '{}',
      });
    assert.equal((await api(foreign)).status, 404, 'Jupyter refuses pages of other sites');
    const kernel = await api(origin(up, name));
    assert.equal(kernel.status, 201, kernel.body);
    // A download from a page: Jupyter takes its Referer instead of a token.
    const file = { type: 'file', format: 'text', content: 'hello' };
    const saved = await ask(up, name, '/api/contents/a.txt', {
      method: 'PUT',
      headers: { cookie: cookie(), 'x-xsrftoken': xsrf(), ...origin(up, name) },
      body: JSON.stringify(file),
    });
    assert.equal(saved.status, 201);
    const download = async (referer: string): Promise<number> =>
      (await ask(up, name, '/files/a.txt', { headers: { cookie: cookie(), referer } })).status;
    assert.equal(await download(`https://${name}:${up.httpsPort}/tree`), 200);
    assert.equal(await download('https://evil.test/'), 403);

    const { id } = JSON.parse(kernel.body) as { id: string };
    const socket = (headers: Record<string, string>): WebSocket =>
      new WebSocket(`wss://127.0.0.1:${up.httpsPort}/api/kernels/${id}/channels`, [], {
        ca: readFileSync(up.rootFile),
        servername: name,
        headers: { host: `${name}:${up.httpsPort}`, cookie: cookie(), ...headers },
      } as ClientOptions);
    const refused = socket(foreign);
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
    refused.on('error', () => {}).terminate();
    assert.equal(response.statusCode, 403);

    const channel = socket(origin(up, name));
    t.after(() => channel.terminate());
    const printed = new Promise<string>((resolve, reject) => {
      channel.on('error', reject).on('message', (data: Buffer) => {
        const { header, content } = JSON.parse(data.toString()) as {
          header: { msg_type: string };
          content: { text?: string };
        };
        if (header.msg_type === 'stream') resolve(content.text!);
      });
    });
    await once(channel, 'open');
    const content = {
      code: 'print(6 * 7)',
      silent: false,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
    };
    const header = { msg_id: 'a', username: '', session: 's', msg_type: 'execute_request', version: '5.3', date: '' };
    channel.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] }));
    assert.equal(await printed, '42\n');
  });
});

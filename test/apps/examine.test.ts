/** Whether an app accepts its visitors' Host, and whether it asks them to log in: real apps, and the rules of others. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { test, type TestContext } from 'node:test';
import { type AppFacts, examine } from '../../src/apps/examine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { listen } from '../probe/servers.ts';
import { startJupyter } from '../support/jupyter.ts';
import { startOllama } from '../support/ollama.ts';
import { startPython } from '../support/python.ts';
import { without } from '../support/tools.ts';

const options = { clock: systemClock };
const hosts = ['apps.test:8443', 'other.test'];

async function facts(url: string, of = hosts): Promise<Record<string, unknown> | undefined> {
  const found: AppFacts | undefined = await examine(new URL(url), of, options);
  const { status, host, accepted } = found?.refusal ?? {};
  const own = accepted?.replace(`:${new URL(url).port}`, ':PORT');
  return found && { app: found.app?.id, hasLogIn: found.hasLogIn, status, host, own };
}

test('a real MCP server, streaming over HTTP or by server-sent events', { skip: without('guarded') }, async (t) => {
  const server = (...rest: string[]): string[] => [
    '-c',
    'import os, sys; from mcp.server.fastmcp import FastMCP; FastMCP("t", port=int(os.environ["PORT"])).run(sys.argv[1])',
    ...rest,
  ];
  const expected = { app: 'mcp', hasLogIn: false, status: 421, host: hosts[0], own: 'localhost:PORT' };
  for (const transport of ['streamable-http', 'sse']) {
    const { url } = await startPython(t, 'guarded', server(transport), /Uvicorn running on/);
    assert.deepEqual(await facts(url), expected, transport);
  }
});

test('a real Jupyter, with and without its token', { skip: without('guarded') }, async (t) => {
  for (const [token, hasLogIn] of [['sesame', true] as const, ['', false] as const]) {
    const url = await startJupyter(t, token);
    assert.deepEqual(await facts(url), {
      app: 'jupyter',
      hasLogIn,
      status: 403,
      host: hosts[0],
      own: 'localhost:PORT',
    });
  }
});

test(
  'a real Jupyter below a base path, and a start page that redirects for every Host',
  { skip: without('guarded') },
  async (t) => {
    const url = await startJupyter(t, 'sesame', ['--ServerApp.base_url=/notebooks/']);
    const refused = { status: 403, host: hosts[0], own: 'localhost:PORT' };
    assert.deepEqual(await facts(url), { app: 'jupyter', hasLogIn: undefined, ...refused });
    // As JupyterLab does.
    const lab = await pretend(t, (host, path) => {
      if (path === '/') return [302, '/lab'];
      return host === 'localhost' || host === '127.0.0.1' ? [200, '<title>JupyterLab</title>'] : [403, ''];
    });
    assert.deepEqual(await facts(lab), { app: 'jupyter', hasLogIn: false, ...refused });
  },
);

test('a real Ollama refuses public names only', { skip: without('ollama') }, async (t) => {
  const url = await startOllama(t);
  const accepted = { app: 'ollama', hasLogIn: false, status: undefined, host: undefined, own: undefined };
  assert.deepEqual(await facts(url), { ...accepted, status: 403, host: hosts[0], own: 'localhost:PORT' });
  assert.deepEqual(await facts(url, ['models.internal', '192.168.1.5']), accepted);
  assert.deepEqual(await facts(url, ['models.internal', 'models.test']), {
    ...accepted,
    status: 403,
    host: 'models.test',
    own: 'localhost:PORT',
  });
});

/** An app that answers by Host and path. */
async function pretend(t: TestContext, answer: (host: string, path: string) => [status: number, body: string]) {
  const server = http.createServer((request, response) => {
    const [status, body] = answer(request.headers.host!.replace(/:\d+$/, ''), request.url!);
    if (status === 302) return response.writeHead(status, { location: body }).end();
    return response
      .writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' })
      .end(body);
  });
  return `http://127.0.0.1:${await listen(t, server)}`;
}

test('an unknown app that refuses foreign names, or everyone', async (t) => {
  const local = ['localhost', '127.0.0.1'];
  const unknown = { app: undefined, hasLogIn: undefined, status: undefined, host: undefined, own: undefined };
  const guard = await pretend(t, (host) => (local.includes(host) ? [200, 'hello'] : [400, 'Invalid host header']));
  assert.deepEqual(await facts(guard), { ...unknown, status: 400, host: hosts[0], own: 'localhost:PORT' });
  const closed = await pretend(t, (host) => [local.includes(host) ? 401 : 403, 'log in']);
  assert.deepEqual(await facts(closed), unknown, 'its reason is not the name');
  const open = await pretend(t, () => [403, 'no']);
  assert.deepEqual(await facts(open), unknown);
});

test('a model server whose key is set has a log-in, and one without has none', async (t) => {
  const models = JSON.stringify({ data: [{ owned_by: 'llamacpp' }] });
  for (const [status, hasLogIn] of [[401, true] as const, [200, false] as const, [503, undefined] as const]) {
    const url = await pretend(t, (_, path) => (path === '/props' ? [status, '{}'] : [200, models]));
    assert.deepEqual((await examine(new URL(url), hosts, options))?.hasLogIn, hasLogIn);
  }
});

test('an app that does not answer is not examined', async (t) => {
  const silent = http.createServer(() => {});
  const url = new URL(`http://127.0.0.1:${await listen(t, silent)}`);
  assert.equal(await examine(url, hosts, { ...options, timeoutMs: 100 }), undefined);
});

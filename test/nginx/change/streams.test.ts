/** Streams and WebSockets of apps that are not recognised, do not answer, or compare Origin with Host. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { machineAddresses } from '../../../src/base/machine.ts';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { atEnd } from '../../support/up.ts';
import { pieceEveryMs, piecesOfStream, startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { quietPorts } from '../corpus/ports.ts';
import { conf, plainMain, type SampleEnvironment, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask, upgrade } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const needs = { skip: without('nginx', 'openssl'), timeout: 120_000 };

async function laidOut(t: TestContext, app: number, location: (at: SampleEnvironment) => string): Promise<Trial> {
  const http = (at: SampleEnvironment): string =>
    conf`proxy_cache_path ${at.run}/cache keys_zone=pages:1m;
server { listen ${at.http}; server_name ${name}; ${location(at)} }
`;
  const tree = (at: SampleEnvironment): Tree => ({ 'etc/nginx/nginx.conf': plainMain(at, http(at)) });
  return begin(t, { title: '', names: [name], tree }, app, inProcess);
}

const secure = async (trial: Trial, ...more: string[]): Promise<string> => {
  const secured = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls), ...more);
  succeeded(secured);
  return secured.stderr;
};

async function streams({ at }: Trial): Promise<void> {
  const site = { port: at.tls, name, isTls: true };
  const stream = await ask({ ...site, path: '/stream' });
  assert.equal(stream.body.match(/^data: /gm)?.length, piecesOfStream);
  assert.ok(stream.bodyMs > (pieceEveryMs * piecesOfStream) / 2, `one burst of ${stream.bodyMs} ms`);
  assert.deepEqual(await upgrade(site), { status: 101, echoed: 'ping' });
}

test('an app that is not recognised streams, and so does one that was down', needs, async (t) => {
  mends(t, 'nginx/03-unknown-app-is-not-told');
  const proxied = (at: SampleEnvironment): string => `location / { proxy_pass http://127.0.0.1:${at.app}; }`;
  const up = await laidOut(t, await startApp(t), proxied);
  const before = await snapshot(up.at.root);
  assert.match(await secure(up), /^The app was not recognised, .*--app none$/m);
  await streams(up);
  succeeded(await up.everyhop('renew'));
  await streams(up);
  succeeded(await up.everyhop('undo', '--yes'));
  assert.deepEqual(await snapshot(up.at.root), before);
  assert.doesNotMatch(await secure(up, '--app', 'none'), /not recognised/);

  const [port] = (await quietPorts(1)) as [number];
  const down = await laidOut(t, port, proxied);
  assert.match(await secure(down), /not recognised/);
  await startApp(t, port);
  await streams(down);
});

test('a cached location keeps its cache, and a static site gets no settings', needs, async (t) => {
  mends(t, 'nginx/03-unknown-app-is-not-told', 'nginx/cache-lost-without-buffering');
  const trial = await laidOut(
    t,
    await startApp(t),
    (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; }
location /cached { proxy_pass http://127.0.0.1:${at.app}; proxy_cache pages; proxy_cache_valid 1m; add_header X-Cache $upstream_cache_status; }`,
  );
  await secure(trial);
  await streams(trial);
  const cached = async (): Promise<string | undefined> =>
    (await ask({ port: trial.at.tls, name, isTls: true, path: '/cached' })).headers['x-cache'];
  assert.deepEqual([await cached(), await cached()], ['MISS', 'HIT']);
  const files = await laidOut(t, 0, () => 'location / { return 200; }');
  assert.doesNotMatch(await secure(files), /not recognised/);
});

/** An app that refuses hosts, or WebSockets from another origin, as Ollama and Tornado do. */
async function strictApp(
  t: TestContext,
  title: string,
  isRefused: (request: IncomingMessage) => boolean,
): Promise<number> {
  const server: Server = createServer((request, response) => {
    const status = isRefused(request) ? 403 : 200;
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<title>${title}</title>`);
  });
  server.on('upgrade', (request, socket) => {
    const { origin, host } = request.headers;
    const isSame = origin !== undefined && new URL(origin).host === host;
    socket.on('error', () => socket.destroy());
    if (isRefused(request) || !isSame) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    } else {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('an app that is not recognised and refuses foreign hosts keeps its Host', needs, async (t) => {
  const refuses = ({ headers }: IncomingMessage): boolean => headers.host?.startsWith('127.') !== true;
  const trial = await laidOut(
    t,
    await strictApp(t, 'Model', refuses),
    (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; }`,
  );
  await secure(trial);
  for (const command of [undefined, ['renew'], ['secure', name, '--yes', '--tls-port', String(trial.at.tls)]]) {
    if (command) succeeded(await trial.everyhop(...command));
    assert.equal((await ask({ port: trial.at.tls, name, isTls: true })).status, 200);
  }
});

test('an app that also answers at other addresses of the machine is named', needs, async (t) => {
  mends(t, 'apps/app-open-beside-edge');
  const server = createServer(
    (_, response) => void response.setHeader('content-type', 'text/html').end('<title>App</title>'),
  );
  await once(server.listen(0, '0.0.0.0'), 'listening');
  atEnd(t, () => void server.close());
  const { port } = server.address() as AddressInfo;
  const trial = await laidOut(t, port, (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; }`);
  const said = await secure(trial);
  // A machine may have no other address.
  assert.equal(said.includes(`The app behind http://127.0.0.1:${port} is also open at`), machineAddresses().length > 0);
});

/** The status of a WebSocket that a page of the site opens. */
const browsersSocket = async (trial: Trial): Promise<number> => {
  const { tls: port } = trial.at;
  return (await upgrade({ port, name, isTls: true, headers: { Origin: `https://${name}:${port}` } })).status;
};

for (const host of ['$host', '$server_name', name, '$host:$server_port', '$host:80'])
  test(`Host ${host} gets the port that a WebSocket's Origin has`, needs, async (t) => {
    mends(t, 'apps/nginx-ws-host-port');
    const trial = await laidOut(
      t,
      await strictApp(t, 'Any', () => false),
      (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host ${host}; }`,
    );
    await secure(trial);
    assert.equal(await browsersSocket(trial), 101);
  });

test('a WebSocket that stays refused is not called proven', needs, async (t) => {
  mends(t, 'apps/nginx-ws-host-port');
  const trial = await laidOut(
    t,
    await strictApp(t, 'Streamlit', () => false),
    // The header comes from a map, which no edit can correct.
    (at) => `set $own ${name};
location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host $own; }`,
  );
  const before = await snapshot(trial.at.root);
  const refused = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls));
  assert.match(refused.stderr, /^nginx\.not-proven: .*got status 403 for the WebSocket \/_stcore\/stream/m);
  assert.match(refused.stderr, /nginx\.conf:\d+/);
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test(
  'an app that requires its own Host gets it with an Origin that agrees; other sites stay refused',
  needs,
  async (t) => {
    const refuses = ({ headers, url }: IncomingMessage): boolean => {
      const isLocal = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');
      const isOwnReferer = headers.referer === undefined || headers.referer === `http://${headers.host}/tree`;
      return !isLocal || (url === '/files' && !isOwnReferer);
    };
    const app = await strictApp(t, 'Jupyter Server', refuses);
    const plain = await laidOut(t, app, (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; }`);
    assert.match(await secure(plain), /^The app is .*Jupyter/m);
    const { tls: port } = plain.at;
    const origin = `https://${name}:${port}`;
    assert.equal(await browsersSocket(plain), 101);
    const site = { port, name, isTls: true };
    assert.equal((await upgrade({ ...site, headers: { Origin: 'https://evil.test' } })).status, 403);
    const download = async (Referer: string): Promise<number> =>
      (await ask({ ...site, path: '/files', headers: { Referer } })).status;
    assert.equal(await download(`${origin}/tree`), 200);
    for (const other of [
      `https://evil.test/${origin}/tree`,
      `${origin}.evil.test/tree`,
      `https://x.${name}:${port}/tree`,
    ])
      assert.equal(await download(other), 403, other);
    // A Host of the user's own stays, and Origin with it.
    const own = await laidOut(
      t,
      app,
      (at) => `location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host localhost; }`,
    );
    await secure(own);
    assert.equal((await ask({ port: own.at.tls, name, isTls: true })).status, 200);
    assert.equal(await browsersSocket(own), 403);
  },
);

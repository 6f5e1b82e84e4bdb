/** Load balancers in front that send the PROXY protocol: HAProxy and nginx. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { nginxFolder, ownPlaces, startNginx } from '../support/nginx.ts';
import { nginxModules, without } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { atEnd, cleanEnvironment, temporaryFolder } from '../support/up.ts';
import { authority, type Edge, freePort, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

const visitor = '127.0.0.77';

interface World {
  edge: Edge;
  /** A field of the last request at the app. */
  seen: (name: string) => string | undefined;
}

async function startWorld(t: TestContext): Promise<World> {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    trustedProxies: ['127.0.0.1/32'],
    proxyProtocol: true,
  });
  const seen = (name: string) =>
    readRequests(app.received())
      .whole.at(-1)!
      .fields.find(([other]) => other === name)?.[1];
  return { edge, seen };
}

/** As a visitor with another address than the proxy. */
async function visit(t: TestContext, port: number): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress: visitor });
  const secure = tls.connect({ socket, servername: 'chat.test', ca: rootPem });
  t.after(() => void socket.destroy());
  let text = '';
  secure.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  secure.write('GET / HTTP/1.1\r\nHost: chat.test\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n');
  await once(secure, 'close');
  return text;
}

async function startHaproxy(t: TestContext, configuration: string): Promise<void> {
  const folder = await temporaryFolder(t, 'haproxy');
  const file = path.join(folder, 'haproxy.cfg');
  const socket = path.join(folder, 'admin.sock');
  await writeFile(file, `global\n  maxconn 200\n  stats socket ${socket} mode 600\n${configuration}`);
  const child = spawn('haproxy', ['-db', '-f', file], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece.toString()));
  const closed = once(child, 'close');
  atEnd(t, async () => {
    child.kill('SIGTERM');
    await closed;
  });
  await until(t, async () => {
    assert.equal(child.exitCode, null, output);
    const admin = net.connect(socket);
    const [outcome] = await Promise.race([once(admin, 'connect').then(() => ['up']), once(admin, 'close')]).catch(
      () => [],
    );
    admin.destroy();
    return outcome === 'up';
  });
}

test(
  'HAProxy names the visitor in both versions, and checks the health of the edge',
  { skip: without('haproxy') },
  async (t) => {
    const { edge, seen } = await startWorld(t);
    const [one, two, ended] = [await freePort(), await freePort(), await freePort()];
    const folder = await temporaryFolder(t, 'haproxy-tls');
    const { chainPem, keyPem } = await authority.issue(['chat.test']);
    await writeFile(path.join(folder, 'chat.pem'), chainPem + keyPem.reveal(), { mode: 0o600 });
    const check = 'check inter 100 rise 1';
    await startHaproxy(
      t,
      `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen one
  bind 127.0.0.1:${one}
  server everyhop 127.0.0.1:${edge.httpsPort} send-proxy ${check}
listen two
  bind 127.0.0.1:${two}
  server everyhop 127.0.0.1:${edge.httpsPort} send-proxy-v2 proxy-v2-options unique-id,crc32c ${check}
  unique-id-format %[uuid()]
listen ended
  bind 127.0.0.1:${ended} ssl crt ${path.join(folder, 'chat.pem')}
  server everyhop 127.0.0.1:${edge.httpPort} send-proxy-v2-ssl-cn ${check}
`,
    );
    for (const port of [one, two, ended]) {
      const entry = edge.nextEntry();
      assert.match(await visit(t, port), /^HTTP\/1\.1 200 /);
      assert.equal((await entry).client, visitor);
      assert.equal(seen('x-real-ip'), visitor);
      assert.equal(seen('x-forwarded-for'), visitor);
      assert.equal(seen('x-forwarded-proto'), 'https');
    }
    // Its checks have connected, too: they are no visitors, and no mistakes.
    assert.deepEqual(
      edge.log.map(({ error }) => error),
      [undefined, undefined, undefined],
    );
  },
);

test("nginx's stream module names the visitor", { skip: without('nginx', 'nginxStream') }, async (t) => {
  const { edge, seen } = await startWorld(t);
  const port = await freePort();
  const folder = await nginxFolder(t, {
    'nginx.conf': `load_module ${nginxModules}/ngx_stream_module.so;
${ownPlaces.main}worker_processes 1;
events { worker_connections 64; }
stream {
  server {
    listen 127.0.0.1:${port};
    proxy_pass 127.0.0.1:${edge.httpsPort};
    proxy_protocol on;
  }
}
`,
  });
  await startNginx(t, { folder });
  const entry = edge.nextEntry();
  assert.match(await visit(t, port), /^HTTP\/1\.1 200 /);
  assert.equal((await entry).client, visitor);
  assert.equal(seen('x-real-ip'), visitor);
  assert.equal(seen('x-forwarded-for'), visitor);
});

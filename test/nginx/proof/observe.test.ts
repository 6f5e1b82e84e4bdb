import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { byTarget, type Observation, observe } from '../../../src/nginx/proof/observe.ts';
import { keyOf, type Target } from '../../../src/nginx/proof/target.ts';
import { make } from '../../probe/certificates.ts';
import { listen } from '../../probe/servers.ts';
import { FakeClock } from '../../support/clock.ts';
import { nginxConf, nginxFolder, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { freePorts } from '../../support/up.ts';
import { targetAt } from './blocks.ts';

const skip = without('nginx');
const root = await make({ subject: 'Root', authority: true });
const good = await make({ subject: 'good', issuer: root, dns: ['chat.test', 'two.test'] });
const selfSigned = await make({ subject: 'self', dns: ['self.test'] });
const options = { clock: systemClock, roots: [root.pem] };
const certificates = {
  'good.pem': good.pem,
  'good.key': good.keyPem,
  'self.pem': selfSigned.pem,
  'self.key': selfSigned.keyPem,
};
const pair = (name: string): string => `ssl_certificate ${name}.pem; ssl_certificate_key ${name}.key;`;

async function serve(t: TestContext, httpBlock: (folder: string) => string): Promise<void> {
  const folder = await nginxFolder(t, certificates);
  await writeFile(path.join(folder, 'nginx.conf'), nginxConf(httpBlock(folder), { workers: 2 }));
  await startNginx(t, { folder });
}

async function see(target: Target, more = {}): Promise<Observation> {
  const [seen] = await observe([target], { ...options, ...more });
  return seen!;
}

test(
  'observes answer, certificate and headers of each name over plain HTTP and TLS, IPv4 and IPv6',
  { skip },
  async (t) => {
    const [port, tlsPort] = (await freePorts(2)) as [number, number];
    await serve(
      t,
      () => `server { listen 127.0.0.1:${port}; listen [::1]:${port}; server_name chat.test;
       location / { default_type text/html; return 200 "<html><title> One \n page </title>"; } }
     server { listen 127.0.0.1:${tlsPort} ssl http2; server_name chat.test; ${pair('good')}
       add_header Strict-Transport-Security max-age=60; return 200 "hello"; }
     server { listen 127.0.0.1:${tlsPort} ssl; server_name self.test; ${pair('self')} return 302 /else?x=1; }
     server { listen [::1]:${tlsPort} ssl; server_name two.test; ${pair('good')} return 404; }`,
    );
    for (const address of ['127.0.0.1', '::1']) {
      const { outcome, tls, status, title, contentType } = await see(targetAt(address, port, 'chat.test'));
      assert.deepEqual(
        [outcome, tls, status, title, contentType],
        ['answered', undefined, 200, 'One page', 'text/html'],
      );
    }
    const secure = await see(targetAt('127.0.0.1', tlsPort, 'chat.test', { secure: true }));
    assert.deepEqual([secure.status, secure.strictTransportSecurity, secure.title], [200, 'max-age=60', undefined]);
    assert.deepEqual([secure.tls?.alpn, secure.tls?.verified, secure.tls?.problemCode], ['h2', true, undefined]);
    assert.match(secure.tls!.serial, /^[0-9a-f]+$/);

    const own = await see(targetAt('127.0.0.1', tlsPort, 'self.test', { secure: true }));
    assert.deepEqual([own.tls?.verified, own.tls?.problemCode], [false, 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    assert.deepEqual([own.status, own.location], [302, `https://self.test:${tlsPort}/else?x=1`]);

    const six = await see(targetAt('::1', tlsPort, 'two.test', { secure: true }));
    assert.deepEqual([six.status, six.tls?.alpn, six.tls?.verified], [404, 'http/1.1', true]);
  },
);

test('reaches Unix sockets, and listeners that expect a PROXY line', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  let socketPath = '';
  await serve(t, (folder) => {
    socketPath = path.join(folder, 'site.sock');
    return `server { listen unix:${socketPath}; server_name a.test; return 200 "by path"; }
     server { listen 127.0.0.1:${port} proxy_protocol; server_name a.test; return 301 /$proxy_protocol_addr; }
     server { listen [::1]:${tlsPort} ssl proxy_protocol; server_name chat.test; ${pair('good')} return 301 /$proxy_protocol_addr; }`;
  });
  const local = await see(targetAt('', 0, 'a.test', { socketPath }));
  assert.deepEqual([local.outcome, local.status], ['answered', 200]);
  const proxied = await see(targetAt('127.0.0.1', port, 'a.test', { proxyProtocol: true }));
  assert.match(proxied.location ?? '', /\/127\.0\.0\.1$/);
  const secure = await see(targetAt('::1', tlsPort, 'chat.test', { secure: true, proxyProtocol: true }));
  assert.match(secure.location ?? '', /\/::1$/);
  const bare = await see(targetAt('127.0.0.1', port, 'a.test'));
  assert.equal(bare.outcome, 'closed');
});

test('distinguishes the kinds of missing answers', { skip }, async (t) => {
  const [port, tlsPort, closed] = (await freePorts(3)) as [number, number, number];
  await serve(
    t,
    () => `server { listen 127.0.0.1:${port}; return 444; }
     server { listen 127.0.0.1:${tlsPort} ssl default_server; ssl_reject_handshake on; }
     server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('good')} return 200; }`,
  );
  const garbage = await listen(
    t,
    net.createServer((socket) => void socket.end('SSH-2.0-x\r\n')),
  );
  const seen = await observe(
    [
      targetAt('127.0.0.1', port, 'a.test'),
      targetAt('127.0.0.1', tlsPort, 'unknown.test', { secure: true }),
      targetAt('127.0.0.1', port, 'chat.test', { secure: true }),
      targetAt('127.0.0.1', closed, 'a.test'),
      targetAt('127.0.0.1', garbage, 'a.test'),
      targetAt('127.0.0.1', tlsPort, 'chat.test', { secure: true }),
    ],
    options,
  );
  assert.deepEqual(
    seen.map(({ outcome }) => outcome),
    ['closed', 'no-handshake', 'not-tls', 'refused', 'garbled', 'answered'],
  );
  assert.equal(seen[5]!.digest, '');
});

test('gives up on an app that does not answer, and stops reading an endless one', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const app = http.createServer((request, response) => {
    if (request.headers['host'] === 'silent.test') return;
    const more = (): void =>
      void (response.write('x'.repeat(1000)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  const upstream = await listen(t, app);
  await serve(
    t,
    () =>
      `server { listen 127.0.0.1:${port}; location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:${upstream}; } }`,
  );
  const endless = await see(targetAt('127.0.0.1', port, 'endless.test'));
  assert.deepEqual([endless.outcome, endless.status], ['answered', 200]);
  const clock = new FakeClock();
  const asked = once(app, 'request');
  const silent = see(targetAt('127.0.0.1', port, 'silent.test'), { clock });
  await asked;
  clock.advance(5000);
  assert.equal((await silent).outcome, 'silent');
  assert.equal(clock.pending, 0);
});

test('closely: checks that redirects preserve path and query, and follows them', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  await serve(
    t,
    () => `server { listen 127.0.0.1:${port}; server_name chat.test; return 308 https://$host:${tlsPort}$request_uri; }
     server { listen 127.0.0.1:${port}; server_name two.test; return 308 https://$host:${tlsPort}$uri; }
     server { listen 127.0.0.1:${port}; server_name away.test; return 302 https://elsewhere.test/; }
     server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('good')}
       location = / { return 302 /login; } location / { return 200 "app"; } }
     server { listen 127.0.0.1:${tlsPort} ssl; server_name two.test; ${pair('good')} return 301 http://$host:${port}/; }`,
  );
  const targets = ['chat.test', 'two.test', 'away.test'].map((name) => targetAt('127.0.0.1', port, name));
  const seen = byTarget(await observe(targets, { ...options, closely: () => true }));
  const [chat, two, away] = targets.map((target) => seen.get(keyOf(target))!) as [
    Observation,
    Observation,
    Observation,
  ];
  const deepLink = `https://chat.test:${tlsPort}/everyhop-proof/a%20path?with=a&query=%2F`;
  assert.deepEqual(chat.deepLink, { status: 308, location: deepLink });
  assert.deepEqual(chat.trail, {
    urls: [`http://chat.test:${port}/`, `https://chat.test:${tlsPort}/`, `https://chat.test:${tlsPort}/login`],
    end: 'answered',
  });
  assert.deepEqual(two.deepLink, { status: 308, location: `https://two.test:${tlsPort}/everyhop-proof/a path` });
  assert.deepEqual(two.trail, {
    urls: [`http://two.test:${port}/`, `https://two.test:${tlsPort}/`, `http://two.test:${port}/`],
    end: 'loop',
  });
  assert.equal(away.trail?.end, 'elsewhere');
  const [plainly] = await observe([targets[0]!], options);
  assert.deepEqual([plainly!.deepLink, plainly!.trail], [undefined, undefined]);
});

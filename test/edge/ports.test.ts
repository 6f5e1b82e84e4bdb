import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, test } from 'node:test';
import type { Configuration } from '../../src/config/configuration.ts';
import { configError } from '../../src/config/messages.ts';
import { planListeners } from '../../src/edge/listeners.ts';
import { edgeError } from '../../src/edge/messages.ts';
import { hasIpv6, tryListener } from '../../src/edge/ports.ts';

const held = net.createServer().listen(0, '127.0.0.1');
await once(held, 'listening');
const heldPort = (held.address() as net.AddressInfo).port;
after(() => held.close());

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function configuration(part: Partial<Configuration>, hosts = ['localhost']): Configuration {
  const upstream = { protocol: 'http', host: '127.0.0.1', port: 1, basePath: '', rootFile: undefined } as const;
  return {
    file: undefined,
    httpsPort: undefined,
    httpPort: false,
    listen: undefined,
    trustedProxies: [],
    connectionsPerClient: 500,
    workers: undefined,
    drainSeconds: 30,
    email: undefined,
    challenge: undefined,
    profile: undefined,
    dns: undefined,
    dnsResolvers: undefined,
    authorities: {},
    permit: [],
    trust: undefined,
    fileProblems: [],
    sites: [
      {
        hosts,
        routes: [{ path: '/', upstreams: [upstream], stripPath: false }],
        certificate: undefined,
        certificateFiles: undefined,
        minTls: '1.2',
        clientCertificates: undefined,
        hsts: 'auto',
        upgradeInsecureRequests: false,
        block: [],
        allow: [],
      },
    ],
    ...part,
  };
}

test('names the program that holds a port', { skip: process.platform !== 'linux' }, async () => {
  await assert.rejects(tryListener({ address: '127.0.0.1', port: heldPort, secure: true }), (error) => {
    assert.ok(edgeError.is(error, 'edge.port-taken'));
    assert.match(String(error.params.holder), new RegExp(`\\(PID ${process.pid}\\)`));
    return true;
  });
});

test('reports an address that this machine does not have', async () => {
  await assert.rejects(tryListener({ address: '192.0.2.77', port: 0, secure: true }), (error) =>
    edgeError.is(error, 'edge.address-missing'),
  );
});

test('listens on loopback only for loopback names, and on all addresses for others', async () => {
  const httpsPort = await freePort();
  const own = await planListeners(configuration({ httpsPort }));
  assert.deepEqual(
    own.listeners.map(({ address }) => address),
    (await hasIpv6('::1')) ? ['127.0.0.1', '::1'] : ['127.0.0.1'],
  );
  const open = await planListeners(configuration({ httpsPort }, ['chat.test']));
  assert.deepEqual(
    open.listeners.map(({ address }) => address),
    (await hasIpv6('::')) ? ['0.0.0.0', '::'] : ['0.0.0.0'],
  );
});

test('a configured port that is in use is an error, for http too', async () => {
  const listen = ['127.0.0.1'];
  await assert.rejects(planListeners(configuration({ httpsPort: heldPort, listen })), (error) =>
    edgeError.is(error, 'edge.port-taken'),
  );
  await assert.rejects(
    planListeners(configuration({ httpsPort: await freePort(), httpPort: heldPort, listen })),
    (error) => edgeError.is(error, 'edge.port-taken'),
  );
});

test('does not try ports on which this process already listens', async () => {
  const ours = { address: '127.0.0.1', port: heldPort, secure: true };
  const plan = await planListeners(configuration({ httpsPort: heldPort, listen: ['127.0.0.1'] }), [ours]);
  assert.deepEqual(plan.listeners, [ours]);
});

test('never opens one port for both HTTPS and plain HTTP', async () => {
  const listen = ['127.0.0.1'];
  const ours = [80, 443, 8080].map((port) => ({ address: '127.0.0.1', port, secure: true }));
  // Port 80 is only a default of plain HTTP: without it there is nothing to redirect from.
  const plan = await planListeners(configuration({ httpsPort: 80, httpPort: undefined, listen }), ours);
  assert.deepEqual(plan, { listeners: [ours[0]], httpsPort: 80, httpPort: undefined, substitutes: [] });
  const page = await planListeners(
    configuration({ httpsPort: 80, httpPort: undefined, trustPage: true, listen }),
    ours,
  );
  assert.equal(page.httpPort, 8080);
  await assert.rejects(planListeners(configuration({ httpPort: 443, listen }), ours), (error) =>
    configError.is(error, 'config.same-ports'),
  );
});

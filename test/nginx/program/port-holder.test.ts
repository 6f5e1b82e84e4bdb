import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { portHolder } from '../../../src/nginx/program/port-holder.ts';
import { nginxConf, nginxFolder, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { atEnd, freePorts } from '../../support/up.ts';

async function listen(t: TestContext, host: string, ipv6Only = false): Promise<number> {
  const server = createServer().listen({ host, port: 0, ipv6Only });
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return (server.address() as AddressInfo).port;
}

test('finds the holder of a port on one address', async (t) => {
  const port = await listen(t, '127.0.0.1');
  const holder = portHolder('127.0.0.1', port)!;
  assert.deepEqual({ ...holder, program: '' }, { address: '127.0.0.1', port, pid: process.pid, program: '' });
  assert.match(holder.program, /^node/);
  assert.equal(portHolder('0.0.0.0', port)?.pid, process.pid, 'conflicts with all addresses');
  assert.equal(portHolder('127.0.0.2', port), undefined);
  assert.equal(portHolder('::1', port), undefined);
  const [free] = await freePorts(1);
  assert.equal(portHolder('0.0.0.0', free!), undefined);
});

test('finds the holder of a port on all addresses', async (t) => {
  const port = await listen(t, '0.0.0.0');
  assert.equal(portHolder('127.0.0.1', port)?.address, '0.0.0.0');
  assert.equal(portHolder('::1', port), undefined);
});

test('accepts any spelling of an IPv6 address', async (t) => {
  const port = await listen(t, '::1');
  assert.equal(portHolder('::1', port)?.address, '::1');
  assert.equal(portHolder('0:0:0:0:0:0:0:1', port)?.pid, process.pid);
  assert.equal(portHolder('::', port)?.pid, process.pid);
  assert.equal(portHolder('::2', port), undefined);
  const all = await listen(t, '::', true);
  assert.equal(portHolder('::1', all)?.address, '::');
});

test('reports an nginx by its master', { skip: without('nginx') }, async (t) => {
  const [port] = await freePorts(1);
  const conf = nginxConf(`server { listen 127.0.0.1:${port}; }`, { workers: 2 });
  const { pid } = await startNginx(t, { folder: await nginxFolder(t, { 'nginx.conf': conf }) });
  assert.deepEqual(portHolder('127.0.0.1', port!), { address: '127.0.0.1', port, pid, program: 'nginx' });
});

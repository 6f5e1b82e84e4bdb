/** Upstream names whose name servers never answer, in a separate network namespace, in which this file runs once more. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, startUp, temporaryFolder } from '../support/up.ts';

const isInside = process.env['EVERYHOP_TEST_NETWORK'] === 'own';
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
if (!mayMount && process.env['CI'] === 'true') throw new Error('the test of dead name servers needs root on Linux');

if (isInside) await test('inside', { timeout: 100_000 }, inside);
else {
  test(
    'a name that does not resolve delays no other site, and its own visitors get 504',
    { skip: !mayMount && 'needs root on Linux, for a network of its own', timeout: 120_000 },
    async (t) => {
      mends(t, 'edge/E18-slow-name-stalls-other-sites');
      const folder = await temporaryFolder(t, 'names');
      await writeFile(path.join(folder, 'hosts'), '127.0.0.1 localhost app.internal\n');
      await writeFile(path.join(folder, 'resolv.conf'), 'nameserver 127.0.0.9\n');
      const script = [
        'ip link set lo up || ifconfig lo up',
        'mount --bind "$1/hosts" /etc/hosts',
        'mount --bind "$1/resolv.conf" /etc/resolv.conf',
        'exec "$2" "$3"',
      ].join(' && ');
      const args = ['--net', '--mount', 'sh', '-c', script, 'sh', folder, process.execPath, import.meta.filename];
      const env = { ...cleanEnvironment(folder), EVERYHOP_TEST_NETWORK: 'own' };
      const child = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const printed: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => printed.push(text));
      const [code] = (await once(child, 'close')) as [number | null];
      assert.equal(code, 0, printed.join(''));
    },
  );
}

async function inside(t: TestContext): Promise<void> {
  const silent = dgram.createSocket('udp4');
  atEnd(t, () => silent.close());
  silent.bind(53, '127.0.0.9');
  await once(silent, 'listening');
  const app = http.createServer((_, response) => response.writeHead(200, { Connection: 'close' }).end('ok'));
  atEnd(t, () => app.close());
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  const { port } = app.address() as AddressInfo;
  const file = path.join(await temporaryFolder(t, 'names'), 'everyhop.yaml');
  const upstreams = {
    'gone.test': 'gone.svc',
    'lost.test': 'lost.svc',
    'fine.test': 'app.internal',
    'ip.test': '127.0.0.1',
  };
  const sites = Object.entries(upstreams).map(
    ([host, to]) => `  - { host: ${host}, upstream: "http://${to}:${port}" }\n`,
  );
  await writeFile(file, `workers: 1\nlisten: [127.0.0.1]\nsites:\n${sites.join('')}`);
  const up = await startUp(t, ['--config', file]);
  const ca = await readFile(up.rootFile, 'utf8');
  const statusOf = async (host: string): Promise<number> => {
    const request = https.get({
      port: up.httpsPort,
      host: '127.0.0.1',
      servername: host,
      headers: { host },
      ca,
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    return response.statusCode!;
  };
  const ended: string[] = [];
  const ask = (host: string): Promise<number> => statusOf(host).finally(() => ended.push(host));
  const dead = Array.from({ length: 50 }, (_, index) => ask(index % 2 === 0 ? 'gone.test' : 'lost.test'));
  const alive = [];
  for (let index = 0; index < 10; index += 1) alive.push(await ask('fine.test'), await ask('ip.test'));
  assert.deepEqual(new Set(alive), new Set([200]));
  assert.deepEqual(new Set(await Promise.all(dead)), new Set([504]));
}

/** Certificates of a public authority, as it behaves (Pebble): at the first start, while streams are open, and on their own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { startDemo } from '../../src/apps/demo/server.ts';
import { FakeClock } from '../support/clock.ts';
import { type Pebble, startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';

const run = promisify(execFile);
const host = 'chat.example.com';

async function startDemoApp(t: TestContext): Promise<string> {
  const demo = await startDemo({ clock: new FakeClock() });
  atEnd(t, () => demo.close());
  return demo.url;
}

/** `up` before the demo, certified by this Pebble, which validates at the ports that it was started with. */
async function startCertified(t: TestContext, pebble: Pebble, upstream: string, more: string[] = []): Promise<Up> {
  const args = [upstream, '--host', host, '--email', 'ops@example.com', '--authority', pebble.directoryUrl];
  const ports = { httpsPort: pebble.tlsPort, httpPort: pebble.httpPort };
  return startUp(t, [...args, '--authority-root', pebble.rootFile, ...more], ports);
}

async function servedCertificate(port: number, ca: string): Promise<{ serial: string; issuer: string }> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, ca });
  await once(socket, 'secureConnect');
  const leaf = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return { serial: leaf.serialNumber, issuer: leaf.issuer };
}

for (const challenge of ['http-01', 'tls-alpn-01']) {
  test(
    `up obtains, serves and proves a certificate by ${challenge}`,
    { skip: without('pebble', 'curl'), timeout: 120_000 },
    async (t) => {
      const pebble = await startPebble(t, { nonceRejectPercent: 40 });
      const up = await startCertified(t, pebble, await startDemoApp(t), ['--challenge', challenge]);
      const folder = await temporaryFolder(t, 'acme');
      const roots = path.join(folder, 'roots.pem');
      await writeFile(roots, await pebble.issuerRoot());
      const target = [`https://${host}:${up.httpsPort}/healthz`, '--resolve', `${host}:${up.httpsPort}:127.0.0.1`];
      const { stdout } = await run('curl', ['--silent', '--fail', '--cacert', roots, ...target], {
        env: cleanEnvironment(folder),
      });
      assert.ok(stdout.length > 0, 'curl verified it with the root of the authority');
      assert.equal(/validate w\/ HTTP/.test(pebble.log()), challenge === 'http-01');

      const fullchain = await readFile(path.join(up.state, 'live', host, 'fullchain.pem'), 'utf8');
      const { serial } = await servedCertificate(up.httpsPort, await pebble.issuerRoot());
      assert.equal(new X509Certificate(fullchain).serialNumber, serial);
      assert.equal((await stat(path.join(up.state, 'live', host, 'privkey.pem'))).mode & 0o777, 0o600);
    },
  );
}

test(
  'a renewal under 100 open streams changes the serial, says what it replaces, and cuts none',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const streams: net.Socket[] = [];
    const app = net.createServer((socket) => {
      streams.push(socket);
      socket.on('error', () => {});
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'));
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    atEnd(t, () => {
      app.close();
      for (const socket of streams) socket.destroy();
    });
    const up = await startCertified(t, pebble, `http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    const ca = await pebble.issuerRoot();
    const before = await servedCertificate(up.httpsPort, ca);
    const readers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = tls.connect({ port: up.httpsPort, host: '127.0.0.1', servername: host, ca });
        socket.on('error', () => {});
        await once(socket, 'secureConnect');
        socket.write(`GET / HTTP/1.1\r\nHost: ${host}:${up.httpsPort}\r\n\r\n`);
        const reader = { text: '', socket };
        socket.on('data', (bytes: Buffer) => (reader.text += bytes.toString('latin1')));
        while (!reader.text.includes('first')) await once(socket, 'data');
        return reader;
      }),
    );
    const folder = await temporaryFolder(t, 'acme');
    const renewal = await runEveryhop(['certificates', 'renew', '--state', up.state, '--json'], folder);
    assert.equal(renewal.code, 0, renewal.stderr);
    const after = await servedCertificate(up.httpsPort, ca);
    assert.notEqual(after.serial, before.serial);
    assert.match(pebble.log(), /is a replacement of/);
    for (const socket of streams) if (!socket.destroyed) socket.write('4\r\nlast\r\n0\r\n\r\n');
    for (const reader of readers) {
      while (!reader.text.endsWith('4\r\nlast\r\n0\r\n\r\n')) await once(reader.socket, 'data');
      reader.socket.destroy();
    }
  },
);

test(
  'an authority that cannot be reached: the edge serves on, says why, and the ledger knows',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    await pebble.stop();
    const up = await startCertified(t, pebble, await startDemoApp(t));
    assert.match(JSON.stringify(up.ready), /"issuer":"stand-in"/);
    const folder = await temporaryFolder(t, 'acme');
    const { stdout } = await runEveryhop(['certificates', 'ledger', '--state', up.state, '--json'], folder);
    const ledger = JSON.parse(stdout) as { attempts: { outcome: string; code: string }[] };
    assert.deepEqual(
      ledger.attempts.map(({ outcome, code }) => [outcome, code]),
      [['failed', 'acme.unreachable']],
    );
  },
);

test(
  'certificates obtain stands on its own, obtains once, and publishes what it has',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const folder = await temporaryFolder(t, 'acme');
    const state = path.join(folder, 'state');
    const obtain = (...more: string[]) =>
      runEveryhop(
        [
          ...[
            'certificates',
            'obtain',
            ...more,
            '--authority',
            pebble.directoryUrl,
            '--authority-root',
            pebble.rootFile,
          ],
          ...['--http-port', String(pebble.httpPort), '--https-port', String(pebble.tlsPort), '--state', state],
        ],
        folder,
      );
    const unagreed = await obtain(host, '--json');
    assert.equal(unagreed.code, 1);
    assert.match(unagreed.stdout + unagreed.stderr, /acme\.terms-required/);

    for (const names of [[host, 'www.example.com'], ['192.0.2.7']]) {
      const first = await obtain(
        ...names,
        '--agree-tos',
        '--json',
        ...(names.length > 1 ? [] : ['--challenge', 'http-01']),
      );
      // Pebble validates addresses at the address itself, and this one is nobody's.
      if (names[0] === '192.0.2.7') {
        assert.equal(first.code, 1);
        continue;
      }
      assert.equal(first.code, 0, first.stderr);
      const obtained = JSON.parse(first.stdout) as { serial: string; live: Record<string, string>; names: string[] };
      assert.deepEqual(obtained.names, [host, 'www.example.com']);
      const leaf = new X509Certificate(await readFile(obtained.live['fullchain']!, 'utf8'));
      assert.equal(leaf.serialNumber.toLowerCase(), obtained.serial);
      const again = await obtain(...names, '--agree-tos', '--json');
      assert.equal((JSON.parse(again.stdout) as { serial: string }).serial, obtained.serial, 'a good one is kept');
    }
    const list = await runEveryhop(['certificates', 'list', '--state', state], folder);
    assert.match(list.stdout, /^chat\.example\.com, www\.example\.com: serial /);
  },
);

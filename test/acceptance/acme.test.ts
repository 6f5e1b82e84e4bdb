/** Certificates from a public authority (Pebble): at the first start, while streams are open, and without `up`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { startDemo } from '../../src/apps/demo/server.ts';
import { keyStatement, startBind } from '../support/bind.ts';
import { FakeClock } from '../support/clock.ts';
import { type Pebble, startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, freePorts, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';

const run = promisify(execFile);
const host = 'chat.example.com';

async function startDemoApp(t: TestContext): Promise<string> {
  const demo = await startDemo({ clock: new FakeClock() });
  atEnd(t, () => demo.close());
  return demo.url;
}

/** `up` in front of the demo, certified by this Pebble, which validates on the ports it was started with. */
async function startCertified(t: TestContext, pebble: Pebble, upstream: string, more: string[] = []): Promise<Up> {
  const args = [upstream, '--host', host, '--email', 'ops@example.com', '--authority', pebble.directoryUrl];
  const ports = { httpsPort: pebble.tlsPort, httpPort: pebble.httpPort };
  return startUp(t, [...args, '--authority-root', pebble.rootFile, ...more], ports);
}

/** The authority, and the port that answers HTTP-01. */
function at({ directoryUrl, rootFile, httpPort }: Pebble, port = httpPort): string[] {
  return ['--authority', directoryUrl, '--authority-root', rootFile, '--http-port', String(port)];
}

async function servedCertificate(port: number, ca: string): Promise<{ serial: string; issuer: string }> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, ca });
  await once(socket, 'secureConnect');
  const leaf = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return { serial: leaf.serialNumber, issuer: leaf.issuer };
}

/** curl, trusting only the authority's root. */
async function curlVerifies(t: TestContext, pebble: Pebble, { httpsPort }: Up): Promise<void> {
  const folder = await temporaryFolder(t, 'curl');
  const roots = path.join(folder, 'roots.pem');
  await writeFile(roots, await pebble.issuerRoot());
  const target = [`https://${host}:${httpsPort}/healthz`, '--resolve', `${host}:${httpsPort}:127.0.0.1`];
  const { stdout } = await run('curl', ['--silent', '--fail', '--cacert', roots, ...target], {
    env: cleanEnvironment(folder),
  });
  assert.ok(stdout.length > 0);
}

for (const challenge of ['http-01', 'tls-alpn-01']) {
  test(
    `up obtains, serves and proves a certificate by ${challenge}`,
    { skip: without('pebble', 'curl'), timeout: 120_000 },
    async (t) => {
      const pebble = await startPebble(t, { nonceRejectPercent: 40 });
      const up = await startCertified(t, pebble, await startDemoApp(t), ['--challenge', challenge]);
      await curlVerifies(t, pebble, up);
      assert.equal(/validate w\/ HTTP/.test(pebble.log()), challenge === 'http-01');

      const fullchain = await readFile(path.join(up.state, 'live', host, 'fullchain.pem'), 'utf8');
      const { serial } = await servedCertificate(up.httpsPort, await pebble.issuerRoot());
      assert.equal(new X509Certificate(fullchain).serialNumber, serial);
      assert.equal((await stat(path.join(up.state, 'live', host, 'privkey.pem'))).mode & 0o777, 0o600);

      assert.equal(up.ready.rootFile, undefined, 'a public certificate creates no private authority');
      const root = await runEveryhop(['authority', 'root', '--state', up.state], up.state);
      assert.match(root.stderr, /^authority\.none: /);
    },
  );
}

test(
  'an unreachable authority: the edge keeps serving and says why, and the ledger records it',
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
  'certificates obtain works without up, obtains once, and publishes the certificate',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const folder = await temporaryFolder(t, 'acme');
    const state = path.join(folder, 'state');
    const obtain = (...more: string[]) =>
      runEveryhop(
        ['certificates', 'obtain', ...more, ...at(pebble), '--https-port', String(pebble.tlsPort), '--state', state],
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
      // Pebble validates an address at that address; this one has no server.
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
      assert.equal((JSON.parse(again.stdout) as { serial: string }).serial, obtained.serial, 'a good one stays');
    }
    const list = await runEveryhop(['certificates', 'list', '--state', state], folder);
    assert.match(list.stdout, /^chat\.example\.com, www\.example\.com: serial /);

    const certificates = (...args: string[]) =>
      runEveryhop(['certificates', ...args, '--state', state, '--json'], folder);
    const shown = JSON.parse((await certificates('show', 'www.example.com')).stdout) as {
      serial: string;
      live: { fullchain: string; privkey: string };
      generations: unknown[];
    };
    const live = await readFile(shown.live.fullchain, 'utf8');
    assert.equal(new X509Certificate(live).serialNumber.toLowerCase(), shown.serial);
    assert.equal(shown.generations.length, 1);

    const target = path.join(folder, 'elsewhere');
    assert.equal((await certificates('export', host, target)).code, 0);
    assert.equal(await readFile(path.join(target, 'fullchain.pem'), 'utf8'), live);
    assert.equal((await stat(path.join(target, 'privkey.pem'))).mode & 0o777, 0o600);

    const revoke = () => certificates('revoke', host, '--reason', 'superseded', '--authority-root', pebble.rootFile);
    const revoked = await revoke();
    assert.equal(revoked.code, 0, revoked.stderr);
    assert.match(await pebble.manage(`/cert-status-by-serial/${shown.serial}`), /"Status": ?"Revoked"/);
    assert.equal((await revoke()).code, 0, 'revoking again is no error');
    const next = await obtain(host, 'www.example.com', '--agree-tos', '--json');
    assert.notEqual((JSON.parse(next.stdout) as { serial: string }).serial, shown.serial, 'a revoked one is replaced');
    const strange = await certificates('show', 'other.example.com');
    assert.equal(strange.code, 1);
    assert.match(strange.stdout, /certificates\.not-stored/);
  },
);

test(
  'certificates obtain --dry-run reports the preflight, issues a test certificate, and stores nothing',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const folder = await temporaryFolder(t, 'acme');
    const state = path.join(folder, 'state');
    const certificates = (...args: string[]) =>
      runEveryhop(['certificates', ...args, '--state', state, '--json'], folder);
    const dryRun = (port: number) =>
      certificates(
        'obtain',
        host,
        '--dry-run',
        ...at(pebble, port),
        '--challenge',
        'http-01',
        '--dns-resolver',
        pebble.dnsAddress,
      );
    const good = await dryRun(pebble.httpPort);
    assert.equal(good.code, 0, good.stdout);
    const { verdicts, rehearsal } = JSON.parse(good.stdout) as {
      verdicts: { name: string; severity: string; message: string }[];
      rehearsal: { authority: string; error?: unknown };
    };
    assert.deepEqual(rehearsal, { authority: pebble.directoryUrl });
    assert.ok(verdicts.some(({ name, severity }) => name === host && severity === 'ok'));
    const [other] = await freePorts(1);
    const bad = await dryRun(other!);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /"code":"acme\.validation/);

    assert.equal((await certificates('list')).stdout, '[]\n');
    assert.equal((await certificates('ledger')).stdout, '{"attempts":[],"standings":[]}\n');
    const inner = await certificates('obtain', 'chat.internal', '--dry-run');
    assert.deepEqual([inner.code, inner.stdout], [0, '{"verdicts":[]}\n']);
    await assert.rejects(stat(state), { code: 'ENOENT' });
  },
);

test(
  'a new site with an unreachable authority is served with a stand-in; the others stay as they were',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const folder = await temporaryFolder(t, 'acme');
    const file = path.join(folder, 'everyhop.yaml');
    const upstream = await startDemoApp(t);
    const authorities = `authorities:\n  pebble: { directory: "${pebble.directoryUrl}", root: "${pebble.rootFile}" }\n`;
    const site = (name: string, certificate: string): string =>
      `  - { host: ${name}, upstream: "${upstream}", certificate: ${certificate} }\n`;
    await writeFile(file, `${authorities}sites:\n${site('localhost', 'private')}`);
    const up = await startUp(t, ['--config', file], { httpsPort: pebble.tlsPort, httpPort: pebble.httpPort });
    const reload = () => runEveryhop(['reload', '--state', up.state, '--json'], folder);

    const [nobody] = await freePorts(1);
    const gone = site('gone.example.com', `"https://127.0.0.1:${nobody}/dir"`);
    await writeFile(file, `${authorities}sites:\n${site('localhost', 'private')}${site(host, 'pebble')}${gone}`);
    const reloaded = await reload();
    assert.equal(reloaded.code, 1, 'incomplete');
    const { problems } = JSON.parse(reloaded.stdout) as { problems: { code: string }[] };
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['acme.unreachable'],
    );
    const { sites, proofs } = JSON.parse(
      (await runEveryhop(['status', '--state', up.state, '--json'], folder)).stdout,
    ) as typeof up.ready;
    assert.deepEqual(
      sites.flatMap(({ certificates }) => certificates.map(({ issuer }) => issuer)),
      ['private', pebble.directoryUrl, 'stand-in'],
    );
    assert.ok(proofs.length > 0 && proofs.every(({ ok }) => ok));
  },
);

test(
  'obtains a wildcard by DNS-01 through BIND with TSIG, and serves it for every name below',
  { skip: without('pebble', 'bind', 'curl'), timeout: 120_000 },
  async (t) => {
    const key = {
      name: 'everyhop',
      algorithm: 'hmac-sha256',
      secretBase64: Buffer.alloc(32, 'key').toString('base64'),
    };
    const statements = 'update-policy { grant everyhop zonesub TXT; };';
    const bind = await startBind(t, {
      keys: [key],
      zones: [{ name: 'example.com', records: ['@ NS ns1', 'ns1 A 127.0.0.1'], statements }],
      options: 'recursion yes; allow-recursion { any; }; forward only; forwarders { 127.0.0.1 port 1; };',
    });
    const server = `${bind.server.address}:${bind.server.port}`;
    const pebble = await startPebble(t, { nameServer: server });
    const folder = await temporaryFolder(t, 'acme');
    const keyFile = path.join(folder, 'tsig.key');
    await writeFile(keyFile, keyStatement(key));
    const args = [await startDemoApp(t), '--host', '*.example.com', '--authority', pebble.directoryUrl];
    const dns = ['--authority-root', pebble.rootFile, '--dns', 'rfc2136', '--dns-resolver', server];
    const env = { RFC2136_NAMESERVER: server, RFC2136_TSIG_FILE: keyFile };
    const up = await startUp(t, [...args, ...dns], undefined, env);
    assert.deepEqual(
      up.ready.sites.flatMap(({ certificates }) => certificates.map(({ issuer }) => issuer)),
      [pebble.directoryUrl],
    );
    await curlVerifies(t, pebble, up);
    assert.equal((await bind.ask('_acme-challenge.example.com', 'TXT')).outcome, 'no-name', 'nothing is left behind');
  },
);

test('serves a certificate from files, and loads its successor automatically', { timeout: 120_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'acme');
  const other = path.join(folder, 'other');
  const obtain = async (): Promise<{ fullchain: string; privkey: string }> => {
    const args = ['certificates', 'obtain', 'chat.internal', '--state', other, '--json'];
    const first = await runEveryhop(args, folder);
    return (JSON.parse(first.stdout) as { live: { fullchain: string; privkey: string } }).live;
  };
  const live = await obtain();
  const [chain, privateKey] = [path.join(folder, 'chain.pem'), path.join(folder, 'key.pem')];
  const publish = async (from: { fullchain: string; privkey: string }): Promise<void> => {
    await cp(from.fullchain, chain, { dereference: true });
    await cp(from.privkey, privateKey, { dereference: true });
  };
  await publish(live);
  const file = path.join(folder, 'everyhop.yaml');
  await writeFile(
    file,
    `sites:\n  - host: chat.internal\n    upstream: "${await startDemoApp(t)}"\n    certificate: { chain: chain.pem, key: key.pem }\n`,
  );
  const up = await startUp(t, ['--config', file]);
  const serialNow = async (): Promise<string> => {
    const { stdout } = await runEveryhop(['status', '--state', up.state, '--json'], folder);
    return (JSON.parse(stdout) as typeof up.ready).sites[0]!.certificates[0]!.serial;
  };
  const serialOf = async (pem: string): Promise<string> =>
    new X509Certificate(await readFile(pem, 'utf8')).serialNumber.toLowerCase();
  const former = await serialOf(live.fullchain);
  assert.equal(await serialNow(), former);

  const renew = await runEveryhop(['certificates', 'renew', 'chat.internal', '--state', up.state], folder);
  assert.match(renew.stderr, /certificates\.not-ours/);
  const revoke = await runEveryhop(['certificates', 'revoke', 'chat.internal', '--state', other], folder);
  assert.equal(revoke.code, 0, revoke.stderr);
  const next = await obtain();
  await cp(next.fullchain, chain, { dereference: true });
  const half = await runEveryhop(['reload', '--state', up.state], folder);
  assert.match(
    half.stderr,
    /certificates\.files-mismatch[^]*everyhop\.yaml:4/,
    'a chain without its key is not served',
  );
  assert.equal(half.code, 1, 'a problem remains');
  assert.equal(await serialNow(), former, 'the last good pair is served');
  await publish(next);
  assert.equal((await runEveryhop(['reload', '--state', up.state], folder)).code, 0);
  assert.equal(await serialNow(), await serialOf(next.fullchain));
});

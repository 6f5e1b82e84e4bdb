import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { rehearse } from '../../../src/app/certificates/rehearse.ts';
import { startDemo } from '../../../src/apps/demo/server.ts';
import { FakeClock } from '../../support/clock.ts';
import { startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';
import { atEnd, freePorts, runEveryhop, startUp, temporaryFolder } from '../../support/up.ts';

const host = 'chat.example.com';

interface Rehearsed {
  names: string[];
  verdicts: { name: string; code: string; severity: string }[];
  rehearsal?: { authority: string; error?: { code: string } };
}

test(
  'renew --dry-run rehearses through the running edge and changes nothing',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const demo = await startDemo({ clock: new FakeClock() });
    atEnd(t, () => demo.close());
    const authority = ['--authority', pebble.directoryUrl, '--authority-root', pebble.rootFile];
    const options = [demo.url, '--host', host, ...authority, '--dns-resolver', pebble.dnsAddress];
    const up = await startUp(t, options, { httpsPort: pebble.tlsPort, httpPort: pebble.httpPort });
    const folder = await temporaryFolder(t, 'rehearsal');
    const certificates = async (...args: string[]) => {
      const { code, stdout } = await runEveryhop(['certificates', ...args, '--state', up.state, '--json'], folder);
      return { code, value: JSON.parse(stdout) as unknown };
    };
    const before = await certificates('ledger');
    const [{ value: listed }] = [await certificates('list')];
    const { code, value } = await certificates('renew', '--dry-run');
    const [run, ...others] = value as Rehearsed[];
    assert.deepEqual(others, []);
    assert.deepEqual([code, run!.names, run!.rehearsal], [0, [host], { authority: pebble.directoryUrl }]);
    assert.ok(run!.verdicts.some(({ name }) => name === host));
    assert.deepEqual((await certificates('ledger')).value, before.value, 'no attempt');
    assert.deepEqual((await certificates('list')).value, listed, 'no other certificate');
    const unknown = await certificates('renew', '--dry-run', 'other.example.com');
    assert.match(JSON.stringify(unknown), /certificates\.unknown-name/);
    await pebble.stop();
    const offline = await certificates('renew', '--dry-run');
    const [gone] = offline.value as Rehearsed[];
    assert.equal(offline.code, 1);
    assert.equal(gone!.rehearsal!.error!.code, 'acme.unreachable');
    assert.ok(gone!.verdicts.length > 1, 'the other checks were made');
  },
);

test('obtain --dry-run without a network to the authority gives the other findings', async (t) => {
  const [nobody, httpPort] = await freePorts(2);
  const { findings, rehearsal } = await rehearse({
    stateFolder: path.join(await temporaryFolder(t, 'rehearsal'), 'state'),
    names: ['192.168.7.8'],
    authority: `https://127.0.0.1:${nobody}/dir`,
    authorityRootFile: undefined,
    httpPort,
    termsAgreed: false,
    version: '0',
    signal: AbortSignal.timeout(60_000),
  });
  assert.equal(rehearsal, undefined);
  assert.equal(findings[0]!.code, 'acme.unreachable');
  assert.ok(findings.some(({ code }) => code === 'preflight.address-private'));
});

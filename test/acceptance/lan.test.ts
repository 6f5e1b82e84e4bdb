/** `up --lan` on one machine, seen from another: two network namespaces, and Avahi as the other's resolver. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FindingReport } from '../../src/app/messages.ts';
import { without } from '../support/tools.ts';
import { type Machine, type Running, twoMachines } from '../support/two-machines.ts';
import { temporaryFolder } from '../support/up.ts';

interface LanStatus {
  urls: string[];
  names: { name: string; answeredBy: string }[];
  trustUrl: string;
}

interface Ready {
  lan: LanStatus;
  findings: FindingReport[];
}

const skip = process.getuid?.() === 0 ? without('avahi', 'curl') : 'needs root for network namespaces';

async function lanUp(t: TestContext, machine: Machine, ...more: string[]): Promise<Running & { rootFile: string }> {
  const state = path.join(await temporaryFolder(t, 'lan'), 'state');
  const running = await machine.everyhop('Studio', ['up', '--demo', '--lan', '--state', state, ...more]);
  return { ...running, rootFile: path.join(state, 'root.pem') };
}

test(
  'another machine opens the site by name and by address, also after the address has changed',
  { skip },
  async (t) => {
    const [here, phone] = await twoMachines(t, ['192.168.77.1', '192.168.77.2']);
    await phone.avahi('phone');
    const up = await lanUp(t, here);
    const ready = await up.event<Ready>('ready');
    assert.deepEqual(ready.lan.urls, ['https://studio.local/', 'https://192.168.77.1/']);
    assert.deepEqual(ready.lan.names, [{ name: 'studio.local', answeredBy: 'everyhop' }]);
    assert.equal(ready.lan.trustUrl, 'http://192.168.77.1/everyhop/trust');
    assert.deepEqual(
      ready.findings.filter(({ code }) => /^(?:lan|edge\.name)/.test(code)),
      [],
    );

    const ask = async (url: string): Promise<string> => {
      const { stdout, stderr } = await phone.sh(
        `curl -sS --max-time 20 --cacert ${up.rootFile} -o /dev/null -w '%{http_code} %{remote_ip} %{ssl_verify_result}' ${url}`,
      );
      return stdout + stderr;
    };
    assert.equal((await phone.sh('getent ahostsv4 studio.local | head -1')).stdout.split(' ')[0], '192.168.77.1');
    assert.equal(await ask('https://studio.local/'), '200 192.168.77.1 0');
    assert.equal(await ask('https://192.168.77.1/'), '200 192.168.77.1 0');
    assert.equal(await ask('http://studio.local/everyhop/trust'), '200 192.168.77.1 0');
    assert.match(await ask('https://localhost/'), /^000/, 'nothing else listens on the phone');

    await here.ip('addr', 'add', '192.168.77.9/24', 'dev', 'eth0');
    await here.ip('addr', 'del', '192.168.77.1/24', 'dev', 'eth0');
    // Deleting the first address of a network deletes its further ones.
    await here.ip('addr', 'replace', '192.168.77.9/24', 'dev', 'eth0');
    const changed = await up.event<LanStatus>('lan.changed');
    assert.deepEqual(changed.urls, ['https://studio.local/', 'https://192.168.77.9/']);
    assert.equal(await ask('https://192.168.77.9/'), '200 192.168.77.9 0');
    assert.equal(await ask('https://studio.local/'), '200 192.168.77.9 0');

    await up.stop();
    // A goodbye counts a second later (RFC 6762 §10.1); without one, the name stays for two minutes.
    const gone = await phone.sh(
      'for _ in $(seq 200); do getent hosts studio.local >/dev/null || exit 7; sleep 0.2; done',
    );
    assert.equal(gone.code, 7, 'it says goodbye');
  },
);

test(
  'a name that another machine has gets a number; one that this machine’s Avahi has is left to it',
  { skip },
  async (t) => {
    const [here, other] = await twoMachines(t, ['192.168.78.1', '192.168.78.2']);
    await other.avahi('studio');
    await here.avahi('desk');
    const up = await lanUp(t, here, '--host', 'desk.local');
    const ready = await up.event<Ready>('ready');
    assert.deepEqual(ready.lan.names, [
      { name: 'studio-2.local', answeredBy: 'everyhop' },
      { name: 'desk.local', answeredBy: 'system' },
    ]);
    const said = ready.findings.find(({ code }) => code === 'lan.name-taken');
    assert.match(said?.message ?? '', /studio\.local/);
    assert.match(said?.cause ?? '', /studio-2\.local instead/);
    for (const name of ['studio-2.local', 'desk.local']) {
      const { stdout, stderr } = await other.sh(
        `curl -sS --max-time 20 --cacert ${up.rootFile} -o /dev/null -w '%{http_code} %{remote_ip}' https://${name}/`,
      );
      assert.equal(stdout + stderr, '200 192.168.78.1', name);
    }
  },
);

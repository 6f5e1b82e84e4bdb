/** One name that cannot be certified does not take the certificates of the others. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Service } from '../../../src/app/serve.ts';
import { standInIssuer } from '../../../src/certificates/stand-in.ts';
import { mends } from '../../support/outside.ts';
import { startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startService } from './start.ts';

async function certified(service: Service): Promise<{ issued: string[][]; lacking: string[]; codes: string[] }> {
  const [site] = (await service.status()).sites;
  const isIssued = (one: { issuer: string }): boolean => one.issuer !== standInIssuer;
  return {
    issued: site!.certificates.filter(isIssued).map(({ hosts }) => hosts),
    lacking: site!.certificates.filter((one) => !isIssued(one)).flatMap(({ hosts }) => hosts),
    codes: site!.findings.map(({ code }) => code),
  };
}

test(
  'a name that the authority refuses, and one that leads elsewhere: the others get one certificate a name',
  { skip: without('pebble'), timeout: 120_000 },
  async (t) => {
    mends(t, 'acme/one-host-takes-all');
    const pebble = await startPebble(t, { config: { domainBlocklist: ['blocked.example.com'] } });
    await pebble.dns.addA('gone.example.com', ['127.0.0.9']);
    const given = {
      ports: [pebble.tlsPort, pebble.httpPort] as [number, number],
      args: { authority: pebble.directoryUrl, authorityRoot: pebble.rootFile },
    };
    const orders = (): number => pebble.log().split('POST /order-plz').length - 1;
    for (const [bad, code] of [
      ['blocked.example.com', 'acme.name-refused'],
      ['gone.example.com', 'acme.validation-connection'],
    ] as const) {
      const state = path.join(await temporaryFolder(t, 'divided'), 'state');
      const hosts = [`a.${bad.split('.')[0]}-other.example.com`, bad, `c.${bad.split('.')[0]}-other.example.com`];
      const good = hosts.filter((host) => host !== bad).map((host) => [host]);
      const { service, events } = await startService(t, state, hosts, given);
      assert.deepEqual(await certified(service), { issued: good, lacking: [bad], codes: [code] });
      const failed = events.find((event) => event.type === 'certificate.failed');
      assert.deepEqual(failed?.error.params['names'], bad);
      await service.stop(0);

      // The next start serves them at once, and does not order all names together again.
      const before = orders();
      const again = await startService(t, state, hosts, given);
      const after = await certified(again.service);
      assert.deepEqual([after.issued, after.lacking], [good, [bad]]);
      assert.ok(orders() - before <= 1, 'only the name without a certificate');
      await again.service.stop(0);
    }
  },
);

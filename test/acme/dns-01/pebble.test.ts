import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PresentedRecord } from '../../../src/acme/dns-01/provider.ts';
import { Dns01Solver } from '../../../src/acme/dns-01/solver.ts';
import { obtain } from '../../../src/acme/obtain.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { startBind } from '../../support/bind.ts';
import { startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';
import { accountAt, clientOf } from '../support.ts';
import { dnsOf, goodKey, providerAt, RecordsInMemory } from './world.ts';

const skip = without('bind', 'pebble');
const statements = 'update-policy { grant everyhop zonesub TXT; };';
const own = ['@ NS ns1', 'ns1 A 127.0.0.1'];

test(
  'Pebble validates a wildcard, its base name and a delegated name of one certificate through BIND',
  { skip },
  async (t) => {
    const bind = await startBind(t, {
      keys: [goodKey],
      zones: [
        { name: 'example.test', records: [...own, '_acme-challenge.www CNAME www.validation.test.'], statements },
        { name: 'validation.test', records: own, statements },
      ],
      options: 'recursion yes; allow-recursion { any; }; forward only; forwarders { 127.0.0.1 port 1; };',
    });
    const pebble = await startPebble(t, { nameServer: `${bind.server.address}:${bind.server.port}` });
    const client = clientOf(t, pebble);
    const written: PresentedRecord[] = [];
    class Recorded extends RecordsInMemory {
      override add(record: PresentedRecord): Promise<void> {
        written.push(record);
        return super.add(record);
      }
    }
    const presented = new Recorded();
    const provider = providerAt(bind.server, goodKey);
    const solver = new Dns01Solver({ provider, dns: dnsOf(bind.server), presented, clock: systemClock });
    const names = ['*.example.test', 'example.test', 'www.example.test'];
    const { chainPem } = await obtain(client, { account: await accountAt(client), names, solvers: [solver] });
    assert.match(chainPem, /BEGIN CERTIFICATE/);
    const places = written.map(({ fqdn }) => fqdn).sort();
    const base = '_acme-challenge.example.test';
    assert.deepEqual(places, [base, base, 'www.validation.test']);
    assert.equal(presented.kept.size, 0);
    for (const place of new Set(places)) assert.equal((await bind.ask(place, 'TXT')).outcome, 'no-name');
  },
);

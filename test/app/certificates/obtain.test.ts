/** `certificates obtain` in this process, at a real Pebble. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { obtainCertificate, type ObtainOptions } from '../../../src/app/certificates/obtain.ts';
import { readLedger } from '../../../src/app/certificates/ledger.ts';
import { withCode } from '../../acme/support.ts';
import { mends } from '../../support/outside.ts';
import { type Pebble, startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';
import { atEnd, temporaryFolder } from '../../support/up.ts';

const name = 'chat.example.com';

interface House {
  pebble: Pebble;
  state: string;
  options: ObtainOptions & { stateFolder: string };
}

async function house(t: TestContext, pebbleOptions: Parameters<typeof startPebble>[1] = {}): Promise<House> {
  const pebble = await startPebble(t, pebbleOptions);
  const state = path.join(await temporaryFolder(t, 'obtain'), 'state');
  const options = {
    stateFolder: state,
    names: [name],
    authority: pebble.directoryUrl,
    authorityRootFile: pebble.rootFile,
    challenge: undefined,
    dns: undefined,
    dnsResolvers: undefined,
    webroot: undefined,
    httpPort: pebble.httpPort,
    httpsPort: pebble.tlsPort,
    profile: undefined,
    email: undefined,
    termsAgreed: true,
    env: {},
    version: '0',
    signal: AbortSignal.timeout(60_000),
  };
  return { pebble, state, options };
}

test('after failures on this side, obtains at once', { skip: without('pebble') }, async (t) => {
  mends(t, 'acme/lockout-for-local-failures');
  const { pebble, state, options } = await house(t);
  const unagreed = { ...options, termsAgreed: false };
  const untrusted = { ...options, authorityRootFile: undefined };
  const elsewhere = { ...options, authority: new URL('/nothing', pebble.directoryUrl).href };
  for (const wrong of [unagreed, untrusted, elsewhere]) {
    for (let count = 0; count < 5; count += 1) await assert.rejects(obtainCertificate(wrong));
  }
  const taken = createServer().listen(pebble.httpPort, '127.0.0.1');
  atEnd(t, () => taken.close());
  await once(taken, 'listening');
  const busy = { ...options, challenge: 'http-01' as const };
  for (let count = 0; count < 3; count += 1) {
    await assert.rejects(obtainCertificate(busy), withCode('acme.port-taken'));
  }
  await new Promise((resolve) => taken.close(resolve));
  assert.equal((await obtainCertificate(busy)).failure, undefined);
  const { attempts } = await readLedger(state);
  assert.equal(attempts.filter(({ outcome }) => outcome === 'failed').length, 18);
});

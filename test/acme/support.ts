import type { LookupFunction } from 'node:net';
import type { TestContext } from 'node:test';
import { type Account, newAccountKey, openAccount } from '../../src/acme/account.ts';
import type { Challenge } from '../../src/acme/challenge.ts';
import { AcmeClient, type AcmeClientOptions } from '../../src/acme/client.ts';
import { HttpListenerSolver } from '../../src/acme/http-01/listener.ts';
import type { Pebble } from '../support/pebble.ts';
import { atEnd } from '../support/up.ts';

/** Long enough for a loaded machine; no test waits for it. */
export const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** Every name is here. */
export const toLoopback: LookupFunction = (_name, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

export function clientOf(
  t: TestContext,
  authority: { directoryUrl: string; rootPem: string },
  options: Partial<AcmeClientOptions> = {},
): AcmeClient {
  const client = new AcmeClient({ directoryUrl: authority.directoryUrl, rootsPem: authority.rootPem, ...options });
  atEnd(t, () => client.close());
  return client;
}

export async function accountAt(client: AcmeClient): Promise<Account> {
  return openAccount(client, { keyPem: await newAccountKey(), contacts: [], termsAgreed: true }, soon());
}

/** Answers where Pebble looks. */
export function httpSolver(pebble: Pebble): HttpListenerSolver {
  const { httpPort } = pebble;
  return new HttpListenerSolver({
    port: httpPort,
    address: '127.0.0.1',
    validationPort: httpPort,
    lookup: toLoopback,
  });
}

/** DNS-01 through the name server of the test. */
export function dnsSolver(pebble: Pebble): {
  type: string;
  prepare(challenges: readonly Challenge[]): Promise<void>;
  clean(challenges: readonly Challenge[]): Promise<void>;
} {
  return {
    type: 'dns-01',
    async prepare(challenges) {
      for (const { name, dnsValue } of challenges) await pebble.dns.addTxt(`_acme-challenge.${name}`, dnsValue);
    },
    async clean(challenges) {
      for (const { name } of challenges) await pebble.dns.clearTxt(`_acme-challenge.${name}`);
    },
  };
}

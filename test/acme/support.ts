import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import { type Account, newAccountKey, openAccount } from '../../src/acme/account.ts';
import type { Challenge } from '../../src/acme/challenge.ts';
import { AcmeClient, type AcmeClientOptions } from '../../src/acme/client.ts';
import { HttpListenerSolver } from '../../src/acme/http-01/listener.ts';
import type { AcmeError } from '../../src/acme/problem.ts';
import type { Clock, Timer } from '../../src/base/clock.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import type { Pebble } from '../support/pebble.ts';
import { atEnd } from '../support/up.ts';

/** Enough for a loaded machine; no test waits this long. */
export const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** Resolves every name to loopback. */
export const toLoopback: LookupFunction = (_name, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

export function clientOf(
  t: TestContext,
  authority: { directoryUrl: string; rootPem: string },
  options: Partial<AcmeClientOptions> = {},
): AcmeClient {
  const { directoryUrl, rootPem: rootsPem } = authority;
  const client = new AcmeClient({ directoryUrl, rootsPem, requestTimeoutMs: 40_000, ...options });
  atEnd(t, () => client.close());
  return client;
}

export async function accountAt(client: AcmeClient): Promise<Account> {
  return openAccount(client, { keyPem: await newAccountKey(), contacts: [], termsAgreed: true }, soon());
}

/** Answers on the port that Pebble connects to. */
export function httpSolver(pebble: Pebble): HttpListenerSolver {
  const { httpPort } = pebble;
  return new HttpListenerSolver({
    port: httpPort,
    address: '127.0.0.1',
    validationPort: httpPort,
    lookup: toLoopback,
  });
}

/** DNS-01 through the test's name server. */
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

/** Longer than any wait, or the limit for deactivating authorizations: guards against hangs. */
const isLimit = (delayMs: number): boolean => delayMs > 30_000 || delayMs === 5_000;

/** A clock on which waits end at once and are recorded. Time limits never fire. */
export class HastyClock implements Clock {
  readonly waitsMs: number[] = [];
  #passedMs = 0;

  now(): number {
    return Date.now() + this.#passedMs;
  }

  monotonic(): number {
    return performance.now() + this.#passedMs;
  }

  after(delayMs: number, run: () => void): Timer {
    if (isLimit(delayMs)) return { cancel: () => {} };
    this.waitsMs.push(delayMs);
    const immediate = setImmediate(() => {
      this.#passedMs += delayMs;
      run();
    });
    return { cancel: () => clearImmediate(immediate) };
  }
}

/** Records its calls. The test's authority accepts every validation. */
export class RecordingSolver {
  readonly type: string;
  readonly calls: string[] = [];

  constructor(type = 'http-01') {
    this.type = type;
  }

  prepare(challenges: readonly Challenge[]): Promise<void> {
    this.calls.push(`prepare ${challenges.map(({ name }) => name).join(' ')}`);
    return Promise.resolve();
  }

  clean(challenges: readonly Challenge[]): Promise<void> {
    this.calls.push(`clean ${challenges.map(({ name }) => name).join(' ')}`);
    return Promise.resolve();
  }
}

/** For assert.rejects: an EveryhopError with this code. `look` gets the error. */
export function withCode(code: string, look: (error: AcmeError) => void = () => {}): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof EveryhopError, inspect(error));
    assert.equal(error.code, code, error.message);
    look(error as AcmeError);
    return true;
  };
}

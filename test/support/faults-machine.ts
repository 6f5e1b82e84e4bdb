/**
 * A machine with one certificate, kept by the real client and ledger, on a clock that may be wrong. The authority has
 * the true time.
 */
import type { TestContext } from 'node:test';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import type { ErrorData } from '../../src/base/errors.ts';
import { EventBus } from '../../src/base/events.ts';
import { AcmeIssuer } from '../../src/certificates/acme-issuer.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import type { Issuer } from '../../src/certificates/issuer.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { json, type LyingAuthority, startLyingAuthority } from '../acme/lying-authority.ts';
import { clientOf, RecordingSolver } from '../acme/support.ts';
import { FakeClock } from './clock.ts';
import { names } from './faults-world.ts';
import { atEnd } from './up.ts';
import { testRandom } from './seed.ts';

const hourMs = 60 * 60 * 1000;
export const dayMs = 24 * hourMs;

export interface Machine {
  /** The machine's clock; right at first. */
  clock: FakeClock;
  authority: LyingAuthority;
  certificates: Certificates;
  database: Database;
  /** Failures reported as events. */
  failures: ErrorData[];
  orders(): number;
  /** Shifts the machine's clock by this much. */
  jump(byMs: number): void;
  /** Advances both clocks step by step; everything that a step starts ends before the next one. */
  live(durationMs: number, stepMs?: number): Promise<void>;
  /** Advances true time and the wall clock while the machine sleeps. */
  sleep(durationMs: number): void;
  /** Serial number of the served certificate. */
  served(): string;
}

/** Issues 90-day certificates that the authority wants renewed after 60 days. */
export async function startMachine(t: TestContext): Promise<Machine> {
  const clock = new FakeClock(Date.now());
  let wrongMs = 0;
  const trueMs = (): number => clock.now() - wrongMs;
  const authority = await startLyingAuthority(t, (seen, honest) => {
    honest.headers['date'] = new Date(trueMs()).toUTCString();
    if (seen.path === '/want/') beginLife();
    if (!seen.path.startsWith('/when')) return honest;
    const notAfterMs = authority.certificate.notAfterMs!;
    const [start, end] = [30, 29].map((days) => new Date(notAfterMs - days * dayMs).toISOString());
    return json(200, { suggestedWindow: { start, end } }, { ...honest.headers, 'retry-after': '21600' });
  });
  const beginLife = (): void => {
    const notBeforeMs = Math.floor(trueMs() / 1000) * 1000 - hourMs;
    const notAfterMs = notBeforeMs + 90 * dayMs;
    authority.certificate = { notBeforeMs, notAfterMs, issuerNotAfterMs: notBeforeMs + 900 * dayMs };
  };

  // Requests take real time: only the wall clock is the machine's.
  const waits: Clock = {
    now: () => clock.now(),
    monotonic: () => systemClock.monotonic(),
    after: (delayMs, run) => systemClock.after(delayMs, run),
  };
  const database = await openSqlite(':memory:');
  const issuer = new AcmeIssuer({
    database,
    ledger: new Ledger(database, clock, testRandom),
    client: clientOf(t, authority, { clock: waits }),
    clock,
    solvers: [new RecordingSolver()],
    contacts: [],
    termsAgreed: true,
    limits: { sameNamesPerWeek: 5 },
  });
  const { watched, settled } = watch(issuer);
  const events = new EventBus();
  const failures: ErrorData[] = [];
  events.on('certificate.failed', ({ error }) => failures.push(error));
  const certificates = new Certificates({ database, issuersFor: () => [watched], clock, random: testRandom, events });
  atEnd(t, () => certificates.stop());
  await certificates.ensure([names]);
  certificates.start();
  await settled();
  return {
    clock,
    authority,
    certificates,
    database,
    failures,
    orders: () => authority.seen.filter(({ path }) => path === '/want/').length,
    jump(byMs) {
      wrongMs += byMs;
      clock.jump(byMs);
    },
    async live(durationMs, stepMs = 60_000) {
      for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
        clock.advance(stepMs);
        await settled();
      }
    },
    sleep: (durationMs) => clock.jump(durationMs),
    served: () => certificates.current(names)!.serial,
  };
}

/** Wraps an issuer to know when all its calls have ended. */
function watch(issuer: AcmeIssuer): { watched: Issuer; settled: () => Promise<void> } {
  const asked = new Set<Promise<unknown>>();
  const follow = <T>(asking: Promise<T>): Promise<T> => {
    asked.add(asking);
    const end = (): boolean => asked.delete(asking);
    asking.then(end, end);
    return asking;
  };
  return {
    watched: {
      name: issuer.name,
      issue: (names, signal, former) => follow(issuer.issue(names, signal, former)),
      advise: (chainPem, signal) => follow(issuer.advise(chainPem, signal)),
    },
    async settled() {
      // An in-memory store answers within a turn of the event loop; a few turns precede and follow a call to the authority.
      for (let quiet = 0; quiet < 2; quiet = asked.size === 0 ? quiet + 1 : 0) {
        await Promise.allSettled(asked);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

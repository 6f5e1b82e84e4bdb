import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EveryhopError } from '../../src/base/errors.ts';
import { type Event, EventBus } from '../../src/base/events.ts';
import { acmeError } from '../../src/acme/messages.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { DividedSets } from '../../src/certificates/divided-sets.ts';
import type { Issuance } from '../../src/certificates/issuer.ts';
import { certificatesError } from '../../src/certificates/messages.ts';
import { namesAtFault } from '../../src/certificates/names-at-fault.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { FakeClock } from '../support/clock.ts';
import { mends } from '../support/outside.ts';
import { testRandom } from '../support/seed.ts';
import { dayMs, TestAuthority, TestIssuer } from './test-issuer.ts';

const names = ['a.test', 'b.test'];

/** Refuses orders with the names that no longer lead here. */
class FussyIssuer extends TestIssuer {
  gone: string[] = [];
  readonly asked: string[] = [];

  override async issue(wanted: readonly string[], signal: AbortSignal): Promise<Issuance> {
    this.asked.push(wanted.join(' '));
    const failing = wanted.filter((name) => this.gone.includes(name));
    if (failing.length > 0) throw refused(failing);
    return super.issue(wanted, signal);
  }
}

function refused(failing: readonly string[]): EveryhopError {
  return acmeError('acme.name-refused', { authority: 'Test', names: failing.join(', '), detail: 'no' });
}

test('a renewal that fails for one name goes on with one certificate a name', async (t) => {
  mends(t, 'acme/one-host-takes-all', 'acme/failed-name-is-forgotten');
  const clock = new FakeClock();
  const issuer = new FussyIssuer(await TestAuthority.create(), clock);
  const events = new EventBus();
  const waiting: { type: Event['type']; resolve: () => void }[] = [];
  events.onAny((event) => waiting.filter(({ type }) => type === event.type).forEach(({ resolve }) => resolve()));
  const next = (type: Event['type']): Promise<void> => new Promise((resolve) => waiting.push({ type, resolve }));
  const open = async (database: Awaited<ReturnType<typeof openSqlite>>) => {
    const certificates = new Certificates({ database, issuersFor: () => [issuer], clock, random: testRandom, events });
    const noted: string[] = [];
    const divided = new DividedSets(certificates, events, (set) => noted.push(set.join(' ')));
    return { certificates, divided, noted };
  };
  const database = await openSqlite(':memory:');
  const { certificates, divided, noted } = await open(database);
  const [whole] = await certificates.ensure([names]);
  certificates.start();

  issuer.gone = ['b.test'];
  const failed = next('certificate.failed');
  const ready = next('certificate.ready');
  clock.advance(21 * dayMs);
  await failed;
  await ready;
  assert.deepEqual(issuer.asked, ['a.test b.test', 'a.test b.test', 'a.test'], 'b.test is not tried again at once');
  assert.deepEqual(noted, ['b.test']);
  assert.deepEqual(divided.current('a.test', names, clock.now())!.names, ['a.test']);
  assert.equal(divided.current('b.test', names, clock.now())!.id, whole!.id, 'still valid for b.test');

  // After a restart it is still divided, and b.test gets its own as soon as it leads here again.
  await certificates.stop();
  issuer.gone = [];
  const later = await open(database);
  await later.divided.load(names);
  assert.deepEqual(later.divided.partsOf(names), [['a.test'], ['b.test']]);
  await later.certificates.ensureAlso(['b.test']);
  assert.deepEqual(later.divided.current('b.test', names, clock.now())!.names, ['b.test']);
  assert.deepEqual(issuer.issued, ['a.test b.test', 'a.test', 'b.test']);
});

test('knows which names of an order are at fault', (t) => {
  mends(t, 'acme/caa-of-one-name');
  const cases: [EveryhopError, string[] | undefined][] = [
    [refused(['b.test']), ['b.test']],
    [refused(names), []],
    [acmeError('acme.caa', { authority: 'x', names: 'b.test', detail: 'no', first: 'b.test' }), ['b.test']],
    [
      acmeError('acme.rate-limited', {
        authority: 'x',
        detail: 'too many failed authorizations (5) for "b.test" in the last 1h0m0s',
        next: '',
      }),
      ['b.test'],
    ],
    [
      acmeError('acme.rate-limited', { authority: 'x', detail: 'too many certificates already issued', next: '' }),
      undefined,
    ],
    [acmeError('acme.server-busy', { authority: 'x', detail: 'b.test', next: '' }), undefined],
    [
      certificatesError.gathered('certificates.preflight-stops', { authority: 'x', names: names.join(', ') }, [
        refused(['b.test']),
      ]),
      ['b.test'],
    ],
    [
      certificatesError.gathered(
        'certificates.preflight-stops',
        { authority: 'x', names: names.join(', ') },
        names.map((name) => refused([name])),
      ),
      undefined,
    ],
  ];
  for (const [error, expected] of cases) assert.deepEqual(namesAtFault(error.data(), names), expected, error.message);
  assert.deepEqual(namesAtFault(refused(['b.test']).data(), ['*.b.test', 'a.test']), ['*.b.test']);
  assert.equal(namesAtFault(refused(['b.test']).data(), ['b.test']), undefined);
});

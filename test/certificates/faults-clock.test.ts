/** A clock that is a year off, and a machine that slept: nothing is lost, few orders are placed, and it recovers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../acme/lying-authority.ts';
import { dayMs, startMachine } from '../support/faults-machine.ts';

const hourMs = 60 * 60 * 1000;
const yearMs = 365 * dayMs;

for (const [what, wrongMs] of [
  ['ahead', yearMs],
  ['back', -yearMs],
] as const) {
  test(`a clock a year ${what} for three days costs a few orders, and the certificate stays in service`, async (t) => {
    const machine = await startMachine(t);
    const first = machine.served();
    machine.jump(wrongMs);
    await machine.live(3 * dayMs);
    assert.equal(machine.served(), first, 'nothing better is available');
    const spent = machine.orders() - 1;
    assert.ok(spent >= 1 && spent <= 7, `${spent} orders`);
    assert.deepEqual([...new Set(machine.failures.map(({ code }) => code))], ['acme.certificate-dates']);

    machine.jump(-wrongMs);
    await machine.live(5 * dayMs, 10 * 60_000);
    assert.equal(machine.served(), first);
    assert.equal(machine.orders() - 1, spent, 'with the right clock nothing is due');
    // The authority counts the 60 days from its last certificate, which was discarded.
    await machine.live(57 * dayMs, hourMs);
    assert.notEqual(machine.served(), first, 'renewed in time');
    assert.equal(machine.orders() - 1, spent + 1);
  });

  test(`a clock that was a year ${what} for a day: follows renewal information again within a day`, async (t) => {
    const machine = await startMachine(t);
    const first = machine.served();
    machine.jump(wrongMs);
    await machine.live(dayMs);
    machine.jump(-wrongMs);
    const { lie } = machine.authority;
    machine.authority.lie = (seen, honest, response) => {
      if (!seen.path.startsWith('/when')) return lie(seen, honest, response);
      const [start, end] = [-2, -1].map((hours) => new Date(machine.clock.now() + hours * hourMs).toISOString());
      return json(200, { suggestedWindow: { start, end } }, { 'retry-after': '21600' });
    };
    await machine.live(dayMs, 10 * 60_000);
    assert.notEqual(machine.served(), first);
  });
}

test('obtains a certificate on wake-up after sleeping past the renewal time or the expiry', async (t) => {
  const machine = await startMachine(t);
  for (const [order, sleptMs] of [
    [2, 70 * dayMs],
    [3, 100 * dayMs],
  ] as const) {
    const before = machine.served();
    machine.sleep(sleptMs);
    await machine.live(hourMs);
    assert.notEqual(machine.served(), before);
    assert.equal(machine.orders(), order, 'exactly one');
  }
});

test('continues an order after sleeping in the middle of it', async (t) => {
  const machine = await startMachine(t);
  const { lie } = machine.authority;
  machine.authority.lie = (seen, honest, response) => {
    if (seen.path.startsWith('/make/')) machine.sleep(2 * dayMs);
    return lie(seen, honest, response);
  };
  const first = machine.served();
  machine.sleep(65 * dayMs);
  await machine.live(hourMs);
  assert.notEqual(machine.served(), first);
  assert.equal(machine.orders(), 2);
});

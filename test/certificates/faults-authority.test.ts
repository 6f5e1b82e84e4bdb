/** An authority with misleading renewal information, over days, with orders counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../acme/lying-authority.ts';
import { dayMs, type Machine, startMachine } from '../support/faults-machine.ts';

const hourMs = 60 * 60 * 1000;

/** Sets its renewal information from now on. */
function suggest({ authority, clock }: Machine, fromMs: number, toMs: number): void {
  const { lie } = authority;
  authority.lie = (seen, honest, response) => {
    if (!seen.path.startsWith('/when')) return lie(seen, honest, response);
    const [start, end] = [fromMs, toMs].map((ms) => new Date(clock.now() + ms).toISOString());
    return json(200, { suggestedWindow: { start, end } }, { 'retry-after': '21600' });
  };
}

test('an authority that wants each certificate renewed at once gets two orders a day', async (t) => {
  const machine = await startMachine(t);
  suggest(machine, -2 * hourMs, -hourMs);
  const first = machine.served();
  await machine.live(7 * hourMs);
  assert.notEqual(machine.served(), first, 'followed once');
  await machine.live(5 * dayMs, 10 * 60_000);
  assert.ok(machine.orders() <= 1 + 2 * 6, `${machine.orders()} orders in five days`);
});

for (const [what, fromMs, toMs] of [
  ['ends before it begins', 2 * hourMs, hourMs],
  ['lies a year ahead', 365 * dayMs, 366 * dayMs],
] as const) {
  test(`a window that ${what} changes nothing: renews once, after two thirds of the lifetime`, async (t) => {
    const machine = await startMachine(t);
    suggest(machine, fromMs, toMs);
    const first = machine.served();
    await machine.live(56 * dayMs, hourMs);
    assert.equal(machine.served(), first);
    await machine.live(5 * dayMs, hourMs);
    assert.notEqual(machine.served(), first);
    assert.equal(machine.orders(), 2);
  });
}

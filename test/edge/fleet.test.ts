/** Every order in which workers start, apply, refuse, hang and die while configurations change and the program stops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { step } from '../../src/edge/fleet.ts';
import { emptyFleet, type FleetEvent, type Goal } from '../../src/edge/fleet-state.ts';
import type { EdgeSnapshot, Listener } from '../../src/edge/snapshot.ts';
import { mends } from '../support/outside.ts';
import { type Budget, type Move, World } from './fleet-world.ts';

interface Enumeration {
  states: number;
  /** Different orders of as many events as the depth, or fewer if no more can happen. */
  orders: number;
}

/** Tries every move in every state that can be reached, and lets each state run on until nothing more happens. */
function enumerate(start: World, depth: number): Enumeration {
  let level = new Map([[start.key(), { world: start, orders: 1, path: [] as string[] }]]);
  const seen = new Set(level.keys());
  const settling = new Set<string>();
  let orders = 0;
  for (let at = 0; at < depth && level.size > 0; at += 1) {
    const next: typeof level = new Map();
    for (const { world, orders: ways, path } of level.values()) {
      for (const move of world.moves()) {
        const after = world.copy();
        const steps = [...path, move.text];
        tell(steps, () => move.make(after));
        const key = after.key();
        orders += ways;
        const known = next.get(key);
        if (known) known.orders += ways;
        else next.set(key, { world: after, orders: ways, path: steps });
        if (seen.has(key)) continue;
        seen.add(key);
        tell(steps, () => settle(after.copy(), settling));
      }
    }
    level = next;
  }
  return { states: seen.size, orders };
}

function tell(steps: readonly string[], work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Error(`after ${steps.join(', ')}: ${(error as Error).message}`, { cause: error });
  }
}

/** Lets everything happen that is due, with nothing going wrong. @param settling states known to end well. */
function settle(world: World, settling = new Set<string>()): void {
  const taken: string[] = [];
  for (let steps = 0; steps < 300; steps += 1) {
    const key = world.key();
    if (settling.has(key)) return;
    settling.add(key);
    const move: Move | undefined = world.moves().find(({ isGood }) => isGood);
    if (!move) return tell(taken, () => world.assertSettled());
    taken.push(move.text);
    move.make(world);
  }
  throw new Error(`does not settle: ${taken.slice(-20).join(', ')}`);
}

const cases: [title: string, workers: number, isServing: boolean, depth: number, budget: Budget][] = [
  ['one worker', 1, false, 10, { deaths: 2, hangs: 1, refusals: 1, slow: 1, requests: 3 }],
  ['two workers that start', 2, false, 8, { deaths: 1, hangs: 1, refusals: 1, slow: 1, requests: 2 }],
  ['two workers that serve', 2, true, 7, { deaths: 2, hangs: 1, refusals: 1, slow: 1, requests: 3 }],
  ['three workers that serve', 3, true, 8, { deaths: 2, hangs: 0, refusals: 1, slow: 0, requests: 2 }],
];

for (const [title, workers, isServing, depth, budget] of cases) {
  test(`${title}: in every order of events, all serve the newest accepted configuration in the end`, (t) => {
    mends(t, 'edge/E01-reload-while-worker-starts');
    const world = new World(workers, budget);
    if (isServing) settle(world);
    const { states, orders } = enumerate(world, depth);
    t.diagnostic(`${states} states, ${orders} orders of ${depth} events`);
    assert.ok(states > 1000);
  });
}

test('a listener that stays is never closed, even if another on its port is', () => {
  const listeners: Listener[] = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, port: 443, secure: true }));
  const snapshot = { revision: 1, listeners } as unknown as EdgeSnapshot;
  let fleet = emptyFleet(1);
  const goals: Goal[] = [];
  const take = (event: FleetEvent): void => {
    const { fleet: next, effects } = step(fleet, event);
    fleet = next;
    for (const effect of effects) {
      if (effect.type !== 'apply') continue;
      goals.push(effect.goal);
      take({ type: 'applied', worker: effect.worker, order: effect.goal.order });
    }
  };
  take({ type: 'request', request: 1, kind: 'start', snapshot });
  take({ type: 'ready', worker: fleet.members[0]!.number });
  const fewer = { revision: 2, listeners: listeners.slice(0, 1) } as unknown as EdgeSnapshot;
  take({ type: 'request', request: 2, kind: 'change', snapshot: fewer });
  assert.equal(fleet.accepted, fewer);
  assert.ok(goals.every((goal) => goal.snapshot.listeners.includes(listeners[0]!)));
});

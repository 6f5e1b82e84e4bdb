/**
 * A world around the state machine of the workers: processes that start, hang, die, apply and refuse, ports that only one
 * of two conflicting listeners can have, and timers that fire in any order. Checks what must hold after every step.
 */
import assert from 'node:assert/strict';
import { noNotices } from '../../src/edge/notices.ts';
import { step } from '../../src/edge/fleet.ts';
import {
  type ChangeFailure,
  type ChangeRequest,
  emptyFleet,
  type Fleet,
  type FleetEffect,
  type FleetEvent,
  type Goal,
} from '../../src/edge/fleet-state.ts';
import type { EdgeSnapshot, Listener } from '../../src/edge/snapshot.ts';

interface Process {
  isReady: boolean;
  isHung: boolean;
  isKilled: boolean;
  isDraining: boolean;
  asked: Goal | undefined;
  noticesAsked: number | undefined;
  revision: number;
  listeners: readonly Listener[];
}

/** How often each kind of trouble may still happen. */
export interface Budget {
  deaths: number;
  hangs: number;
  refusals: number;
  /** Timers for slow answers that fire although the process does not hang. */
  slow: number;
  requests: number;
}

type Request = ChangeRequest['kind'] | 'stop' | 'notices';

export interface Move {
  text: string;
  /** Part of a run in which nothing further goes wrong. */
  isGood: boolean;
  make: (world: World) => void;
}

const listener = (address: string, port: number): Listener => ({ address, port, secure: true });
const snapshotOf = (revision: number, listeners: Listener[]): EdgeSnapshot =>
  ({ revision, listeners }) as unknown as EdgeSnapshot;

const first = snapshotOf(1, [listener('0.0.0.0', 443)]);
/** Other sites; another port; the same port at another address, which needs room; back to the first. */
const changes: [text: string, kind: 'change' | 'restore', snapshot: EdgeSnapshot][] = [
  ['sites', 'change', snapshotOf(2, [listener('0.0.0.0', 443)])],
  ['port', 'change', snapshotOf(3, [listener('0.0.0.0', 8443)])],
  ['address', 'change', snapshotOf(4, [listener('127.0.0.1', 443)])],
  ['restore', 'restore', snapshotOf(5, [listener('0.0.0.0', 443)])],
];

export class World {
  fleet: Fleet;
  processes = new Map<number, Process>();
  timers: string[] = [];
  budget: Budget;
  /** Requests without an answer yet. */
  open = new Map<number, { kind: Request; snapshot: EdgeSnapshot | undefined }>();
  /** The newest snapshot whose request succeeded. */
  newest = 0;
  used: string[] = [];
  requests = 0;
  /** A change has run out of time, or a worker has refused one: workers may be in each other's way for a while. */
  isDisturbed = false;

  constructor(size: number, budget: Budget, isCopy = false) {
    this.fleet = emptyFleet(size);
    this.budget = budget;
    if (!isCopy) this.request('start', first);
  }

  copy(): World {
    const copy = new World(this.fleet.size, this.budget, true);
    Object.assign(copy, this);
    copy.processes = new Map([...this.processes].map(([number, one]) => [number, { ...one }]));
    copy.timers = [...this.timers];
    copy.budget = { ...this.budget };
    copy.open = new Map(this.open);
    copy.used = [...this.used];
    return copy;
  }

  request(kind: ChangeRequest['kind'], snapshot: EdgeSnapshot): void {
    const request = this.#open(kind, snapshot);
    this.take({ type: 'request', request, kind, snapshot });
  }

  stop(): void {
    this.take({ type: 'stop', request: this.#open('stop'), deadlineMs: 1000 });
  }

  #open(kind: Request, snapshot?: EdgeSnapshot): number {
    this.open.set((this.requests += 1), { kind, snapshot });
    return this.requests;
  }

  moves(): Move[] {
    const moves: Move[] = [];
    const add = (text: string, isGood: boolean, make: Move['make']): void => void moves.push({ text, isGood, make });
    const { budget } = this;
    for (const [number, process] of this.processes) {
      const lose = (reason: string): Move['make'] => {
        return (world) => {
          world.processes.delete(number);
          world.take({ type: 'lost', worker: number, pid: number, reason });
        };
      };
      if (process.isKilled) {
        add(`end ${number}`, true, lose('killed'));
        continue;
      }
      if (process.isHung) add(`silent ${number}`, true, (world) => world.take({ type: 'silent', worker: number }));
      else this.#answers(number, process, add);
      if (process.isDraining && !process.isHung) add(`leave ${number}`, true, lose('exit code 0'));
      if (budget.deaths > 0) {
        add(`die ${number}`, false, (world) => {
          world.budget.deaths -= 1;
          lose('signal SIGKILL')(world);
        });
      }
      if (budget.hangs > 0 && !process.isHung) {
        add(`hang ${number}`, false, (world) => {
          world.budget.hangs -= 1;
          world.processes.get(number)!.isHung = true;
        });
      }
    }
    for (const key of this.timers) this.#fire(key, add);
    // The program stops the workers after a failed start.
    const isStopped = [...this.open.values()].some(({ kind }) => kind === 'stop') || this.used.includes('stop');
    if (this.fleet.isStopping && !isStopped) {
      add('stop', true, (world) => {
        world.used.push('stop');
        world.stop();
      });
    }
    if (budget.requests > 0 && !this.fleet.isStopping) this.#requestsOf(add);
    return moves;
  }

  #answers(number: number, process: Process, add: (text: string, isGood: boolean, make: Move['make']) => void): void {
    const event = (event: FleetEvent, change: (one: Process) => void): Move['make'] => {
      return (world) => {
        change(world.processes.get(number)!);
        world.take(event);
      };
    };
    if (!process.isReady) {
      add(
        `ready ${number}`,
        true,
        event({ type: 'ready', worker: number }, (one) => (one.isReady = true)),
      );
    }
    const { noticesAsked: version, asked } = process;
    if (version !== undefined) {
      const took: FleetEvent = { type: 'took-notices', worker: number, version };
      add(
        `answers ${number}`,
        true,
        event(took, (one) => (one.noticesAsked = undefined)),
      );
    }
    if (!asked) return;
    const { order, snapshot } = asked;
    const refused: FleetEvent = { type: 'refused', worker: number, order, problem: { message: 'no' } };
    const held = [...this.processes].some(
      ([other, { listeners }]) => other !== number && snapshot.listeners.some((one) => listeners.some(inConflict(one))),
    );
    if (held) {
      assert.ok(this.isDisturbed || this.fleet.isStopping, 'a listener is opened while another worker is in its way');
      const close = (one: Process): void => {
        one.asked = undefined;
        one.listeners = one.listeners.filter((own) => !snapshot.listeners.some(inConflict(own)));
      };
      add(`port taken ${number}`, true, event(refused, close));
      return;
    }
    const applied: FleetEvent = { type: 'applied', worker: number, order };
    const serve = (one: Process): void => {
      one.asked = undefined;
      one.revision = snapshot.revision;
      one.listeners = snapshot.listeners;
    };
    add(`applied ${number}`, true, event(applied, serve));
    if (this.budget.refusals === 0) return;
    add(`refused ${number}`, false, (world) => {
      world.budget.refusals -= 1;
      world.isDisturbed = true;
      event(refused, (one) => (one.asked = undefined))(world);
    });
  }

  #fire(key: string, add: (text: string, isGood: boolean, make: Move['make']) => void): void {
    const [kind, number] = key.split(' ');
    const process = this.processes.get(Number(number));
    const isExpected = ['pause', 'retry'].includes(kind!) || (kind === 'answer' && (!process || process.isHung));
    if (!isExpected && this.budget.slow === 0) return;
    add(`timer ${key}`, isExpected, (world) => {
      if (!isExpected) world.budget.slow -= 1;
      if (kind === 'change') world.isDisturbed = true;
      world.timers = world.timers.filter((other) => other !== key);
      world.take({ type: 'timer', key });
    });
  }

  #requestsOf(add: (text: string, isGood: boolean, make: Move['make']) => void): void {
    const once = (text: string, make: Move['make']): void => {
      if (this.used.includes(text)) return;
      add(text, false, (world) => {
        world.budget.requests -= 1;
        world.used.push(text);
        make(world);
      });
    };
    once('stop', (world) => world.stop());
    if (this.open.size > 0 && !this.fleet.accepted) return; // the program reloads once it has started
    for (const [text, kind, snapshot] of changes) once(text, (world) => world.request(kind, snapshot));
    once('answers', (world) => world.take({ type: 'notify', request: world.#open('notices'), notices: noNotices }));
  }

  take(event: FleetEvent): void {
    const wasStopping = this.fleet.isStopping;
    const { fleet, effects } = step(this.fleet, event);
    this.fleet = fleet;
    for (const effect of effects) this.#carryOut(effect, event, wasStopping);
    const { members, pauses, size, isStopping } = fleet;
    assert.equal(members.length, this.processes.size, 'every process is known, and no other');
    if (!isStopping) assert.equal(members.length + pauses.length, size, 'each worker is there, or about to be started');
  }

  #carryOut(effect: FleetEffect, event: FleetEvent, wasStopping: boolean): void {
    const process = 'worker' in effect ? this.processes.get(effect.worker) : undefined;
    switch (effect.type) {
      case 'fork':
        assert.ok(!this.fleet.isStopping, 'nothing starts while stopping');
        this.processes.set(effect.worker, {
          isReady: false,
          isHung: false,
          isKilled: false,
          isDraining: false,
          asked: undefined,
          noticesAsked: undefined,
          revision: 0,
          listeners: [],
        });
        break;
      case 'apply':
        assert.ok(process?.isReady && !process.isKilled, 'only a worker that is ready gets a snapshot');
        assert.equal(process.asked, undefined, 'one snapshot at a time');
        process.asked = effect.goal;
        break;
      case 'notify':
        process!.noticesAsked = effect.version;
        break;
      case 'drain':
        process!.isDraining = true;
        break;
      case 'kill': {
        assert.ok(process && !process.isKilled);
        const isTimeUp = event.type === 'timer' && /^(answer|drain)/.test(event.key);
        const isStop = event.type === 'stop' && !process.isReady;
        assert.ok(process.isHung || process.revision === 0 || isTimeUp || isStop, 'a worker that serves is not killed');
        process.isKilled = true;
        break;
      }
      case 'timer':
        this.timers = [...this.timers.filter((key) => key !== effect.key), effect.key];
        break;
      case 'cancel':
        this.timers = this.timers.filter((key) => key !== effect.key);
        break;
      case 'report-refusal':
      case 'report-loss':
        break;
      case 'reply':
        this.#reply(effect.request, effect.failure, wasStopping);
    }
  }

  #reply(request: number, failure: ChangeFailure | undefined, wasStopping: boolean): void {
    const asked = this.open.get(request);
    assert.ok(asked, 'one answer to each request');
    this.open.delete(request);
    if (failure || !asked.snapshot) return;
    assert.ok(!wasStopping);
    this.newest = asked.snapshot.revision;
  }

  /** No event is due any more. */
  assertSettled(): void {
    const { fleet, processes } = this;
    assert.deepEqual([...this.open.values()], [], 'every request has its answer');
    if (fleet.isStopping) {
      assert.equal(processes.size, 0, 'every worker has ended');
      assert.deepEqual(this.timers, []);
      return;
    }
    assert.equal(processes.size, fleet.size);
    assert.equal(fleet.accepted!.revision, this.newest);
    for (const [, process] of processes) {
      assert.equal(process.revision, fleet.accepted!.revision, 'every worker serves the newest accepted snapshot');
      assert.equal(process.listeners, fleet.accepted!.listeners);
      assert.ok(process.isReady && !process.isKilled && !process.isHung);
    }
    assert.equal(fleet.change, undefined);
    assert.deepEqual(this.timers, []);
  }

  /** Equal for worlds that differ only in the numbers of workers, pauses and goals. */
  key(): string {
    const { fleet } = this;
    const names = new Map<number, number>();
    for (const { number } of fleet.members) names.set(number, names.size);
    for (const pause of fleet.pauses) names.set(pause, names.size);
    const goalOf = (order: number | undefined): unknown => (order === fleet.goal?.order ? 'goal' : order && 'old');
    return JSON.stringify([
      fleet.members.map((member) => {
        const { isReady, isHung, isKilled, isDraining, asked, noticesAsked, revision, listeners } = this.processes.get(
          member.number,
        )!;
        return [
          [member.phase, goalOf(member.applying), goalOf(member.serving), goalOf(member.refused)],
          [member.noticesSent, member.noticesTaken, isReady, isHung, isKilled, isDraining, noticesAsked, revision],
          [asked?.snapshot.revision, asked?.snapshot.listeners, listeners],
        ];
      }),
      [fleet.pauses.length, fleet.pauseMs, fleet.accepted?.revision, fleet.isStopping],
      [fleet.goal?.snapshot.revision, fleet.goal?.snapshot.listeners, fleet.notices?.version],
      fleet.change && [fleet.change.snapshot.revision, fleet.change.phase, fleet.change.losses, fleet.change.failure],
      fleet.queue.map(({ snapshot }) => snapshot.revision),
      [[...this.open.values()].map(({ kind }) => kind), this.newest, this.isDisturbed],
      this.timers.map((key) => key.replace(/\d+/, (digits) => String(names.get(Number(digits))))).toSorted(),
      Object.values(this.budget),
      this.used.toSorted(),
    ]);
  }
}

function inConflict(one: Listener): (other: Listener) => boolean {
  return (other) => other.port === one.port && other.address !== one.address;
}

/**
 * The workers as a state machine: `step` takes an event and returns the next state and the effects to carry out. It
 * does no I/O and reads no clock, so that tests can try every order of events.
 *
 * Each worker is sent one snapshot at a time. `goal` is the snapshot that all of them are to serve; a worker that has
 * another gets the goal as soon as it has answered for the last one.
 */
import type { Notices } from './notices.ts';
import type {
  Change,
  ChangeFailure,
  ChangeRequest,
  Fleet,
  FleetEffect,
  FleetEvent,
  Goal,
  Member,
} from './fleet-state.ts';
import { mustCloseFirst } from './ports.ts';
import type { EdgeSnapshot, Listener } from './snapshot.ts';
import type { WorkerProblem } from './worker-messages.ts';

/** Time limit for a worker to start, and to apply a snapshot. It is then killed. */
const answerLimitMs = 30_000;
/** Time limit for a change. It is then rolled back. */
const changeLimitMs = 60_000;
/** Before the replacement of a worker. Without success, the pause doubles each time, up to the longest. */
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** Time beyond the deadline of a drain until the remaining workers are killed. */
const drainGraceMs = 2000;
/** A worker that refuses a snapshot but serves another tries again after this. */
const retryMs = 5000;
/** `start` gives up after as many losses. */
const mostLossesAtStart = 3;

export function step(fleet: Fleet, event: FleetEvent): { fleet: Fleet; effects: FleetEffect[] } {
  const transition = new Transition({
    ...fleet,
    members: fleet.members.map((member) => ({ ...member })),
    pauses: [...fleet.pauses],
    change: fleet.change && { ...fleet.change },
    queue: [...fleet.queue],
    noticeRequests: [...fleet.noticeRequests],
    stopRequests: [...fleet.stopRequests],
  });
  transition.take(event);
  transition.settle();
  return { fleet: transition.fleet, effects: transition.effects };
}

/** One step, on a copy of the state. */
class Transition {
  readonly fleet: Fleet;
  readonly effects: FleetEffect[] = [];

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  take(event: FleetEvent): void {
    switch (event.type) {
      case 'request':
        this.#request(event);
        break;
      case 'notify':
        this.#notify(event.request, event.notices);
        break;
      case 'stop':
        this.#stop(event.request, event.deadlineMs);
        break;
      case 'timer':
        this.#timeOut(event.key);
        break;
      default: {
        const member = this.fleet.members.find(({ number }) => number === event.worker);
        if (member) this.#hear(member, event);
      }
    }
  }

  /** Takes all steps that have become possible. */
  settle(): void {
    const { fleet } = this;
    if (!fleet.isStopping) {
      do this.#approach();
      while (this.#advance());
    }
    const ready = fleet.members.filter(({ phase }) => phase === 'ready');
    for (const waiting of fleet.noticeRequests) {
      if (ready.every((member) => member.noticesTaken >= waiting.version)) this.#reply(waiting.request);
    }
    fleet.noticeRequests = fleet.noticeRequests.filter(
      ({ version }) => !ready.every((member) => member.noticesTaken >= version),
    );
    if (fleet.isStopping && fleet.members.length === 0) {
      for (const request of fleet.stopRequests.splice(0)) this.#reply(request);
      this.effects.push({ type: 'cancel', key: 'drain' });
    }
  }

  #request({ request, kind, snapshot }: ChangeRequest): void {
    const { fleet } = this;
    if (fleet.isStopping) return this.#reply(request, { type: 'stopping' });
    fleet.queue.push({ request, kind, snapshot });
    while (fleet.members.length + fleet.pauses.length < fleet.size) this.#fork();
  }

  #notify(request: number, notices: Notices): void {
    const version = (this.fleet.notices?.version ?? 0) + 1;
    this.fleet.notices = { version, value: notices };
    this.fleet.noticeRequests.push({ request, version });
    for (const member of this.fleet.members) this.#sendNotices(member);
  }

  #stop(request: number, deadlineMs: number): void {
    const { fleet } = this;
    fleet.stopRequests.push(request);
    this.#cease({ type: 'stopping' });
    for (const member of fleet.members) {
      if (member.phase === 'ready') this.effects.push({ type: 'drain', worker: member.number, deadlineMs });
      else this.#kill(member, 'stopping'); // it serves nothing yet
    }
    this.effects.push({ type: 'timer', key: 'drain', afterMs: deadlineMs + drainGraceMs });
  }

  /** Starts no more workers, and takes no more changes. */
  #cease(failure: ChangeFailure): void {
    const { fleet } = this;
    fleet.isStopping = true;
    const waiting = [...(fleet.change ? [fleet.change] : []), ...fleet.queue.splice(0)];
    for (const { request } of waiting) this.#reply(request, failure);
    fleet.change = undefined;
    for (const pause of fleet.pauses.splice(0)) this.effects.push({ type: 'cancel', key: `pause ${pause}` });
    this.effects.push({ type: 'cancel', key: 'change' });
  }

  #hear(member: Member, event: Extract<FleetEvent, { worker: number }>): void {
    switch (event.type) {
      case 'lost':
        return this.#lose(member, event.pid, event.reason);
      case 'silent':
        return this.#kill(member, 'no answer');
      case 'ready':
        if (member.phase !== 'starting') return;
        member.phase = 'ready';
        this.effects.push({ type: 'cancel', key: `answer ${member.number}` });
        // The notices first: they must hold as soon as it listens.
        this.#sendNotices(member);
        return;
      case 'took-notices':
        member.noticesTaken = Math.max(member.noticesTaken, event.version);
        return;
      case 'applied':
      case 'refused':
        if (member.applying !== event.order || member.phase !== 'ready') return;
        member.applying = undefined;
        this.effects.push({ type: 'cancel', key: `answer ${member.number}` });
        if (event.type === 'refused') this.#refuse(member, event.order, event.problem);
        else {
          member.serving = event.order;
          member.refused = 0;
          this.fleet.pauseMs = 0;
        }
    }
  }

  #refuse(member: Member, order: number, problem: WorkerProblem): void {
    const { change, goal, members } = this.fleet;
    // A worker that serves nothing yet says little about the snapshot, unless there are no others.
    const isOnlyNew = member.serving === 0 && members.some(({ serving, phase }) => serving > 0 && phase === 'ready');
    const isDecisive = change?.kind === 'start' || !isOnlyNew;
    if (change && order === goal!.order && isDecisive && (change.phase === 'forward' || change.phase === 'room')) {
      member.refused = order;
      return this.#fail({ type: 'refused', problem });
    }
    this.effects.push({ type: 'report-refusal', worker: member.number, problem });
    if (member.serving === 0) return this.#kill(member, 'refused');
    // It goes on serving its last snapshot.
    member.refused = order;
    this.effects.push({ type: 'timer', key: `retry ${member.number}`, afterMs: retryMs });
  }

  #lose(member: Member, pid: number, reason: string): void {
    const { fleet } = this;
    fleet.members = fleet.members.filter((other) => other !== member);
    for (const timer of ['answer', 'retry']) this.effects.push({ type: 'cancel', key: `${timer} ${member.number}` });
    if (fleet.isStopping) return;
    this.effects.push({ type: 'report-loss', worker: member.number, pid, reason });
    const { change } = fleet;
    if (change?.kind === 'start' && (change.losses += 1) >= mostLossesAtStart) {
      return this.#fail({ type: 'lost', reason });
    }
    const isServed = fleet.members.some(({ phase, serving }) => phase === 'ready' && serving > 0);
    let afterMs = isServed ? firstPauseMs : 0;
    if (member.serving === 0) {
      afterMs = fleet.pauseMs = Math.min(Math.max(fleet.pauseMs * 2, firstPauseMs), longestPauseMs);
    }
    const pause = (fleet.count += 1);
    fleet.pauses.push(pause);
    this.effects.push({ type: 'timer', key: `pause ${pause}`, afterMs });
  }

  #timeOut(key: string): void {
    const { fleet } = this;
    if (key === 'change') return this.#changeTimedOut();
    if (key === 'drain') {
      for (const member of fleet.members) this.#kill(member, 'deadline');
      return;
    }
    const [kind, digits] = key.split(' ');
    const number = Number(digits);
    if (kind === 'pause') {
      if (!fleet.pauses.includes(number)) return;
      fleet.pauses = fleet.pauses.filter((pause) => pause !== number);
      this.#fork();
      return;
    }
    const member = fleet.members.find((each) => each.number === number);
    if (!member) return;
    if (kind === 'answer') this.#kill(member, 'no answer');
    else if (kind === 'retry') member.refused = 0;
  }

  #changeTimedOut(): void {
    const { change } = this.fleet;
    if (!change) return;
    if (change.phase === 'forward' || change.phase === 'room') this.#fail({ type: 'late' });
    else {
      // Workers that have not answered get the snapshot later.
      if (change.phase === 'back-room') this.#aim('back', this.fleet.accepted!);
      this.#finish();
    }
  }

  #fork(): void {
    const number = (this.fleet.count += 1);
    this.fleet.members.push({
      number,
      phase: 'starting',
      applying: undefined,
      serving: 0,
      refused: 0,
      noticesSent: 0,
      noticesTaken: 0,
    });
    this.effects.push(
      { type: 'fork', worker: number },
      { type: 'timer', key: `answer ${number}`, afterMs: answerLimitMs },
    );
  }

  #kill(member: Member, reason: string): void {
    if (member.phase === 'killed') return;
    member.phase = 'killed';
    this.effects.push({ type: 'kill', worker: member.number, reason });
  }

  #sendNotices(member: Member): void {
    const { notices } = this.fleet;
    if (!notices || member.phase !== 'ready' || member.noticesSent >= notices.version) return;
    member.noticesSent = notices.version;
    this.effects.push({
      type: 'notify',
      worker: member.number,
      version: notices.version,
      notices: notices.value,
    });
  }

  /** Sends the goal to the workers that have another snapshot, one at a time to each. */
  #approach(): void {
    const { goal, members } = this.fleet;
    if (!goal) return;
    for (const member of members) {
      if (member.phase !== 'ready' || member.applying !== undefined || isSettled(member, goal)) continue;
      member.applying = goal.order;
      this.effects.push(
        { type: 'apply', worker: member.number, goal },
        { type: 'timer', key: `answer ${member.number}`, afterMs: answerLimitMs },
      );
    }
  }

  /** Moves the change on if all workers have done their part. Returns true if it did. */
  #advance(): boolean {
    const { fleet } = this;
    const { change, goal } = fleet;
    if (!change) {
      const next = fleet.queue.shift();
      if (next) this.#begin(next);
      return next !== undefined;
    }
    const ready = fleet.members.filter(({ phase }) => phase === 'ready');
    if (ready.some((member) => !isSettled(member, goal!))) return false;
    // A process that is being killed holds its listeners until it has ended.
    if (fleet.members.some(({ phase }) => phase === 'killed')) return false;
    switch (change.phase) {
      case 'room':
      case 'back-room':
        this.#aim(
          change.phase === 'room' ? 'forward' : 'back',
          change.phase === 'room' ? change.snapshot : fleet.accepted!,
        );
        return true;
      case 'forward':
        if (change.kind === 'start' ? ready.length < fleet.size : ready.length === 0) return false;
        fleet.accepted = change.snapshot;
        this.#finish();
        return true;
      default:
        this.#finish();
        return true;
    }
  }

  #begin(next: ChangeRequest): void {
    const { fleet } = this;
    const served = fleet.accepted?.listeners ?? [];
    fleet.change = { ...next, phase: 'forward', losses: 0, failure: undefined };
    this.effects.push({ type: 'timer', key: 'change', afterMs: changeLimitMs });
    if (next.kind === 'restore') {
      fleet.accepted = next.snapshot;
      this.#aimPast(served, next.snapshot, 'back-room', 'back');
    } else this.#aimPast(served, next.snapshot, 'room', 'forward');
  }

  #fail(failure: ChangeFailure): void {
    const { fleet } = this;
    const change = fleet.change!;
    if (change.kind === 'start') return this.#cease(failure); // there is nothing to return to
    change.failure = failure;
    this.effects.push({ type: 'timer', key: 'change', afterMs: changeLimitMs });
    const served = change.phase === 'room' ? [] : change.snapshot.listeners;
    this.#aimPast(served, fleet.accepted!, 'back-room', 'back');
  }

  /** Two listeners cannot share a port if one is bound to all addresses: all workers close the old one first. */
  #aimPast(
    served: readonly Listener[],
    next: EdgeSnapshot,
    room: 'room' | 'back-room',
    then: 'forward' | 'back',
  ): void {
    const inTheWay = served.filter((held) => mustCloseFirst(held, next.listeners));
    if (inTheWay.length === 0) return this.#aim(then, next);
    const listeners = next.listeners.filter(
      ({ address, port, secure }) =>
        !inTheWay.some((held) => held.port === port) ||
        served.some((held) => held.address === address && held.port === port && held.secure === secure),
    );
    this.#aim(room, { ...next, listeners });
  }

  #aim(phase: Change['phase'], snapshot: EdgeSnapshot): void {
    this.fleet.change!.phase = phase;
    this.fleet.goal = { order: (this.fleet.count += 1), snapshot };
  }

  #finish(): void {
    const { request, failure } = this.fleet.change!;
    this.fleet.change = undefined;
    this.effects.push({ type: 'cancel', key: 'change' });
    this.#reply(request, failure);
  }

  #reply(request: number, failure?: ChangeFailure): void {
    this.effects.push({ type: 'reply', request, failure });
  }
}

/** True if the worker serves the goal, or has refused it and goes on with its last snapshot. */
function isSettled(member: Member, goal: Goal): boolean {
  return member.applying === undefined && (member.serving === goal.order || member.refused === goal.order);
}

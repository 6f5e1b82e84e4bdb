import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import os from 'node:os';
import { type TimeoutOwner, watchTimeouts } from './limits.ts';

/** Limits of one worker. */
export interface Capacity {
  connections: number;
  /** Accepted connections that wait for another to close. */
  queue: number;
  /** Resident memory above which new connections wait. */
  memoryBytes: number;
}

/** File descriptors that a worker needs besides connections. */
const otherFiles = 200;
/** The share of memory for the edge; the machine may also run models. */
const memoryRatio = 0.5;
/** The memory limit applies only above this: so few connections cannot exhaust memory, and some must be served. */
const fewConnections = 64;
const longestWaitMs = 10_000;
const longestQueue = 1024;
/** The share of file descriptors for connections that wait. */
const queueRatio = 0.2;

/**
 * Derived from the machine's limits. Each connection needs two file descriptors, one to the client and one to the app; a waiting
 * one needs the first.
 * @param workers number of workers that share the memory.
 */
export function capacityOf(machine: { files: number; memoryBytes: number }, workers: number): Capacity {
  const files = machine.files - otherFiles;
  const queue = Math.max(8, Math.min(longestQueue, Math.floor(files * queueRatio)));
  return {
    connections: Math.max(16, Math.floor((files - queue) / 2)),
    queue,
    memoryBytes: Math.floor((machine.memoryBytes * memoryRatio) / workers),
  };
}

/** The limit of open files for this process, and the memory of the machine or container in bytes. */
export function machineLimits(): { files: number; memoryBytes: number } {
  const constrained = process.constrainedMemory();
  const totalBytes = os.totalmem();
  return {
    files: openFileLimit(),
    memoryBytes: constrained > 0 && constrained < totalBytes ? constrained : totalBytes,
  };
}

function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    if (line?.[1] !== undefined && line[1] !== 'unlimited') return Number(line[1]);
  } catch {
    // Not Linux: Node raises its limit to the system's maximum.
  }
  return 65_536;
}

let lastResidentBytes = 0;

/** In bytes. The last known value if the system cannot tell: Node.js reads /proc, which fails without a free descriptor. */
export function residentMemory(): number {
  try {
    lastResidentBytes = process.memoryUsage.rss();
  } catch {
    // Its next call may succeed.
  }
  return lastResidentBytes;
}

interface QueuedConnection {
  socket: Socket;
  begin: () => void;
  sinceMs: number;
}

/**
 * Decides when an accepted connection starts: immediately; once another has closed (until then it is not read); or
 * never, if its client has too many already.
 */
export class Admission implements TimeoutOwner {
  readonly capacity: Capacity;
  readonly #residentBytes: () => number;
  readonly #perClient = new Map<string, number>();
  readonly #waiting: QueuedConnection[] = [];
  #open = 0;
  #memoryFull = false;
  /** Connections closed without being served, since the start. */
  refused = 0;

  constructor(capacity: Capacity, residentBytes: () => number = residentMemory) {
    this.capacity = capacity;
    this.#residentBytes = residentBytes;
    watchTimeouts(this);
  }

  /**
   * @param client the client address; undefined: a trusted proxy, which acts for many clients and is not limited.
   * @param most connection limit per client.
   */
  enter(socket: Socket, client: string | undefined, most: number, begin: () => void): void {
    const key = client === undefined ? '' : clientKey(client);
    const count = (this.#perClient.get(key) ?? 0) + 1;
    if ((key !== '' && count > most) || this.#waiting.length >= this.capacity.queue) {
      this.refused += 1;
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.#perClient.set(key, count);
    socket.once('close', () => this.#forget(key));
    if (!this.#full()) {
      this.#begin(socket, begin);
      return;
    }
    const one: QueuedConnection = { socket, begin, sinceMs: performance.now() };
    this.#waiting.push(one);
    socket.pause();
    socket.on('error', ignore);
    socket.once('close', () => {
      const at = this.#waiting.indexOf(one);
      if (at >= 0) this.#waiting.splice(at, 1);
    });
  }

  /**
   * Counts a trusted proxy's connection for the client whose address the proxy has told. Closes it and returns false if that client has
   * too many.
   * @param client undefined: another trusted proxy.
   */
  attribute(socket: Socket, client: string | undefined, most: number): boolean {
    if (client === undefined) return true;
    const key = clientKey(client);
    const count = (this.#perClient.get(key) ?? 0) + 1;
    if (count > most) {
      this.refused += 1;
      socket.on('error', ignore);
      socket.destroy();
      return false;
    }
    this.#perClient.set(key, count);
    socket.once('close', () => this.#forget(key));
    return true;
  }

  checkTimeouts(nowMs: number): void {
    this.#memoryFull = this.#residentBytes() > this.capacity.memoryBytes;
    while (this.#waiting.length > 0 && nowMs - this.#waiting[0]!.sinceMs > longestWaitMs) {
      this.refused += 1;
      this.#waiting.shift()!.socket.destroy();
    }
    this.#next();
  }

  /** Closes all waiting connections. */
  stop(): void {
    for (const { socket } of this.#waiting.splice(0)) socket.destroy();
  }

  #full(): boolean {
    return this.#open >= this.capacity.connections || (this.#memoryFull && this.#open >= fewConnections);
  }

  #begin(socket: Socket, begin: () => void): void {
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
      this.#next();
    });
    begin();
  }

  #next(): void {
    while (this.#waiting.length > 0 && !this.#full()) {
      const { socket, begin } = this.#waiting.shift()!;
      socket.off('error', ignore);
      this.#begin(socket, begin);
      socket.resume();
    }
  }

  #forget(key: string): void {
    const count = this.#perClient.get(key)! - 1;
    if (count === 0) this.#perClient.delete(key);
    else this.#perClient.set(key, count);
  }
}

function ignore(): void {}

/**
 * Requests on their way to apps. Each needs a connection to the app, and HTTP/2 carries many on one connection of a client, so they have
 * limits of their own.
 */
export class RequestsUnderWay {
  readonly #most: number;
  readonly #perClient = new Map<string, number>();
  #all = 0;

  /** @param most of all clients together. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Counts a request until `end`, or tells which limit it exceeds.
   * @param client see `Admission.enter`.
   */
  begin(client: string | undefined, mostPerClient: number): { key: string } | 'client' | 'all' {
    const key = client === undefined ? '' : clientKey(client);
    const count = this.#perClient.get(key) ?? 0;
    if (key !== '' && count >= mostPerClient) return 'client';
    if (this.#all >= this.#most) return 'all';
    this.#all += 1;
    this.#perClient.set(key, count + 1);
    return { key };
  }

  get isEmpty(): boolean {
    return this.#all === 0 && this.#perClient.size === 0;
  }

  end(key: string): void {
    this.#all -= 1;
    const count = this.#perClient.get(key)! - 1;
    if (count === 0) this.#perClient.delete(key);
    else this.#perClient.set(key, count);
  }
}

/** An IPv6 client typically has an entire /64, so that counts as one client. */
export function clientKey(address: string): string {
  let colons = 0;
  for (let at = 0; at < address.length; at += 1) {
    if (address.charCodeAt(at) !== 58) continue;
    colons += 1;
    if (colons === 4) return address.slice(0, at);
    if (address.charCodeAt(at + 1) === 58) break; // zeros are left out
  }
  if (colons === 0) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail?.split(':') ?? [])].slice(0, 4).join(':');
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const host = 'bench.test';
const hungAfterMs = 3000;

/** Three instances of the app, which can be killed, stopped and told to misbehave. */
export class Instances {
  readonly ports: readonly number[];
  /** How often each order arrived at an app. */
  readonly orders = new Map<string, number>();
  readonly #processes: (ChildProcess | undefined)[];

  constructor(ports: readonly number[]) {
    this.ports = ports;
    this.#processes = ports.map(() => undefined);
  }

  async start(at: number): Promise<void> {
    const child = fork(path.join(import.meta.dirname, 'app.ts'), [String(this.ports[at])], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#processes[at] = child;
    await once(child, 'message');
    child.on('message', (order: string) => this.orders.set(order, (this.orders.get(order) ?? 0) + 1));
  }

  async kill(at: number): Promise<void> {
    const child = this.#processes[at];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  signal(at: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#processes[at]!.kill(signal);
  }

  /** @param fault `cut`, `busy` or '' for none. */
  tell(at: number, fault: string): void {
    this.#processes[at]!.send(fault);
  }
}

/** What visitors saw. */
export interface Sights {
  requests: number;
  /** By status, or `cut` for an answer that broke off or a connection that closed, or `hung` for none within 3 s. */
  bad: Record<string, number>;
  /** From the first to the last bad answer, in ms. */
  spanMs: number;
  /** Orders that two apps, or one twice, received. */
  twice: number;
  streams: number;
  streamsCut: number;
}

let orderCount = 0;

/** Visitors of a proxy: each asks and orders in turn, and some hold streams open. */
export class Visitors {
  readonly #port: number;
  readonly #instances: Instances;
  readonly #agents: https.Agent[] = [];
  readonly #bad: Record<string, number> = {};
  readonly #mine = new Set<string>();
  readonly #open = new Set<http.ClientRequest>();
  #requests = 0;
  #firstBadMs = 0;
  #lastBadMs = 0;
  #streams = 0;
  #streamsCut = 0;
  #isOver = false;

  constructor(port: number, instances: Instances) {
    this.#port = port;
    this.#instances = instances;
  }

  async openStreams(count: number): Promise<void> {
    for (let at = 0; at < count; at += 25) {
      await Promise.all(Array.from({ length: Math.min(25, count - at) }, () => this.#openStream()));
    }
  }

  /** Visitors who ask every 50 ms, until `end`. */
  begin(count: number): Promise<unknown> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
        this.#agents.push(agent);
        while (!this.#isOver) {
          await this.#ask(agent, 'GET');
          await this.#ask(agent, 'POST');
          await pause(50);
        }
      }),
    );
  }

  end(): Sights {
    this.#isOver = true;
    for (const stream of this.#open) stream.destroy();
    const twice = [...this.#mine].filter((order) => (this.#instances.orders.get(order) ?? 0) > 1).length;
    return {
      requests: this.#requests,
      bad: this.#bad,
      spanMs: Math.round(this.#lastBadMs - this.#firstBadMs),
      twice,
      streams: this.#streams,
      streamsCut: this.#streamsCut,
    };
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }

  #options(target: string): https.RequestOptions {
    return {
      host: '127.0.0.1',
      port: this.#port,
      servername: host,
      // The certificate of this run is its own root.
      ca: Visitors.root,
      path: target,
      headers: { Host: host },
    };
  }

  static root = '';

  #openStream(): Promise<void> {
    return new Promise((resolve) => {
      this.#streams += 1;
      const request = https.get({ ...this.#options('/stream'), agent: false }, (response) => {
        response.on('data', () => resolve());
        response.on('error', () => {});
        response.on('close', () => {
          if (!this.#isOver) this.#streamsCut += 1;
          resolve();
        });
      });
      request.on('error', () => resolve());
      this.#open.add(request);
    });
  }

  async #ask(agent: https.Agent, method: 'GET' | 'POST'): Promise<void> {
    if (this.#isOver) return;
    this.#requests += 1;
    const order = `order-${(orderCount += 1)}`;
    if (method === 'POST') this.#mine.add(order);
    const outcome = await new Promise<string>((resolve) => {
      const options = this.#options('/');
      const headers = { ...(options.headers as object), 'X-Order': order };
      const request = https.request({ ...options, method, agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.complete ? String(response.statusCode) : 'cut'));
        response.on('error', () => resolve('cut'));
      });
      request.on('error', () => resolve(isHung ? 'hung' : 'cut'));
      let isHung = false;
      const timer = setTimeout(() => {
        isHung = true;
        resolve('hung');
        request.destroy();
      }, hungAfterMs);
      request.on('close', () => clearTimeout(timer));
      request.end(method === 'POST' ? 'a prompt' : undefined);
    });
    if (outcome === '200' || this.#isOver) return;
    const kind = method === 'GET' ? outcome : `${outcome} POST`;
    this.#bad[kind] = (this.#bad[kind] ?? 0) + 1;
    this.#lastBadMs = performance.now();
    this.#firstBadMs ||= this.#lastBadMs;
  }
}

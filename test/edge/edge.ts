import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { Admission, type Capacity, RequestsUnderWay } from '../../src/edge/admission.ts';
import { type ChallengeAnswers, noAnswers } from '../../src/edge/challenge-answers.ts';
import { ClearTextUses } from '../../src/edge/clear-text.ts';
import type { EdgeKey } from '../../src/edge/notices.ts';
import { RequestRate } from '../../src/edge/request-rate.ts';
import type { AccessEntry, EdgeConnection, EdgeContext } from '../../src/edge/connection.ts';
import { LimitCounts } from '../../src/edge/shared-limits.ts';
import { Front } from '../../src/edge/front.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot, EdgeUpstream } from '../../src/edge/snapshot.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { testRandom } from '../support/seed.ts';

export const authority = await Authority.open(await openSqlite(':memory:'), {
  clock: systemClock,
  random: testRandom,
  names: [],
});
export const rootPem = authority.rootPem();

/** A request without a body, or the head of one with a body. @param fields lines, each with CRLF. */
export const request = (target: string, fields = '', method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: chat.test\r\n${fields}\r\n`;

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function upstreamAt(port: number, more: Partial<EdgeUpstream> = {}): EdgeUpstream {
  return { protocol: 'http', host: '127.0.0.1', port, basePath: '', rootsPem: undefined, ...more };
}

export function route(upstream: EdgeUpstream, more: Partial<EdgeRoute> = {}): EdgeRoute {
  return { path: '/', stripPath: false, upstreams: [upstream], ...more };
}

export function site(hosts: string[], routes: EdgeRoute[], more: Partial<EdgeSite> = {}): EdgeSite {
  return {
    hosts,
    routes,
    credentialIds: hosts.map(() => hosts[0]!),
    minTls: '1.2',
    clientCertificates: undefined,
    hsts: 'auto',
    hstsMaxAgeSeconds: undefined,
    upgradeInsecureRequests: false,
    block: [],
    allow: [],
    ...more,
  };
}

export interface Edge {
  httpsPort: number;
  httpPort: number;
  log: AccessEntry[];
  /** Resolves with the next access log entry. */
  nextEntry(): Promise<AccessEntry>;
  context: EdgeContext;
  admission: Admission;
  connections: Set<EdgeConnection>;
  apply(change: Partial<EdgeSnapshot>): Promise<void>;
  answerChallenges(answers: ChallengeAnswers): void;
  /** The access keys in force, by digest. */
  keys: Map<string, EdgeKey>;
  /** Digests of the keys that were used. */
  keysUsed: string[];
}

const ticketKeys = testRandom.bytes(48).toString('base64');

/** Starts an edge in this process, with certificates from the test authority. Stops when the test ends. */
export async function startEdge(
  t: TestContext,
  sites: EdgeSite[],
  more: Partial<EdgeSnapshot> = {},
  capacity: Partial<Capacity> = {},
): Promise<Edge> {
  let [httpsPort, httpPort] = [await freePort(), await freePort()];
  const credentials = await Promise.all(
    sites.map(async ({ hosts }) => {
      const issued = await authority.issue(hosts);
      return { id: hosts[0]!, chainPem: issued.chainPem, keyPem: issued.keyPem.reveal() };
    }),
  );
  let snapshot: EdgeSnapshot = {
    revision: 1,
    proofToken: 'proof-token',
    listeners: [
      { address: '127.0.0.1', port: httpsPort, secure: true },
      { address: '127.0.0.1', port: httpPort, secure: false },
    ],
    httpsPort,
    httpPort,
    trustedProxies: [],
    connectionsPerClient: 10_000,
    sites,
    credentials,
    ticketKeys,
    ...more,
  };
  const connections = new Set<EdgeConnection>();
  const log: AccessEntry[] = [];
  let waiting: ((entry: AccessEntry) => void)[] = [];
  let challenges = noAnswers;
  const keys = new Map<string, EdgeKey>();
  const keysUsed: string[] = [];
  const context: EdgeContext = {
    snapshot: () => snapshot,
    challenges: () => challenges,
    log(entry) {
      log.push(entry);
      const told = waiting;
      waiting = [];
      for (const tell of told) tell(entry);
    },
    keys: () => keys,
    noteKeyUse: (digest) => void keysUsed.push(digest),
    clearText: new ClearTextUses(),
    documentRate: new RequestRate(systemClock),
    draining: () => false,
    requestsUnderWay: new RequestsUnderWay(capacity.connections ?? 10_000),
    limitCounts: new LimitCounts(systemClock),
    register(connection) {
      connections.add(connection);
      return () => connections.delete(connection);
    },
  };
  const admission = new Admission({ connections: 10_000, queue: 1024, memoryBytes: Infinity, ...capacity });
  const front = new Front(context, admission);
  // Another test may have taken the port meanwhile.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await front.apply(snapshot);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 10) throw error;
      [httpsPort, httpPort] = [await freePort(), await freePort()];
      const listeners = [
        { address: '127.0.0.1', port: httpsPort, secure: true },
        { address: '127.0.0.1', port: httpPort, secure: false },
      ];
      snapshot = { ...snapshot, listeners, httpsPort, httpPort };
    }
  }
  t.after(() => {
    front.stop();
    for (const connection of connections) connection.destroy();
  });
  return {
    httpsPort,
    httpPort,
    log,
    context,
    admission,
    connections,
    nextEntry: () => new Promise((resolve) => waiting.push(resolve)),
    answerChallenges: (answers) => (challenges = answers),
    keys,
    keysUsed,
    async apply(change) {
      snapshot = { ...snapshot, revision: snapshot.revision + 1, ...change };
      await front.apply(snapshot);
    },
  };
}

/** Starts a TCP app. Stops when the test ends. */
export async function startApp(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export interface Recording {
  port: number;
  /** All bytes received, grouped by connection in the order of their start. */
  received: () => string;
  connections: () => number;
}

/** An app that records every byte and responds with `answer`. */
export async function startRecorder(
  t: TestContext,
  answer: string | ((received: string, socket: Socket) => void) = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
): Promise<Recording> {
  const all: string[] = [];
  const port = await startApp(t, (socket) => {
    const mine = all.push('') - 1;
    socket.on('data', (bytes: Buffer) => {
      all[mine] += bytes.toString('latin1');
      if (typeof answer === 'function') answer(all[mine]!, socket);
      else if (all[mine]!.includes('\r\n\r\n')) socket.write(answer);
    });
  });
  return { port, received: () => all.join(''), connections: () => all.length };
}

export interface RawClient {
  socket: Socket;
  /** Everything received so far, as latin1. */
  text: () => string;
  /** Resolves once `text` matches. Rejects if the connection closes first. */
  until(shape: RegExp): Promise<string>;
  /** Resolves with everything received once the connection has closed, cleanly or not. */
  closed: Promise<{ text: string; clean: boolean }>;
}

/** A client that sends exactly the given bytes. */
export async function connectRaw(
  t: TestContext,
  port: number,
  options: tls.ConnectionOptions & { plain?: boolean; localAddress?: string } = {},
): Promise<RawClient> {
  const { plain, localAddress, ...secure } = options;
  const socket = plain
    ? net.connect({
        port,
        host: '127.0.0.1',
        allowHalfOpen: true,
        ...(localAddress === undefined ? {} : { localAddress }),
      })
    : tls.connect({ port, host: '127.0.0.1', servername: 'chat.test', ca: rootPem, ...secure });
  t.after(() => void socket.destroy());
  let text = '';
  let clean = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    tell();
  });
  socket.on('end', () => (clean = true));
  const closed = new Promise<{ text: string; clean: boolean }>((resolve) => {
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      tell();
      resolve({ text, clean });
    });
  });
  await once(socket, plain ? 'connect' : 'secureConnect');
  return {
    socket,
    text: () => text,
    until: (shape) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (shape.test(text)) resolve(text);
          else if (socket.destroyed) reject(new Error(`closed before ${String(shape)}: ${text}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    closed,
  };
}

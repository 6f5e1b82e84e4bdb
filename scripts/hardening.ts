/**
 * Writes docs/hardening.md: `npm run hardening`. Sends every case of the tests to this edge, to nginx and to Caddy, all in
 * front of the same app, and puts down what each made of it. Needs nginx and caddy on the path; takes three minutes.
 *
 * With `--check` only this edge is asked, and each outcome compared with the one that is written down; it exits with 1
 * where they differ, and writes nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { crowds, forbidden, provocations, readings } from '../test/edge/http2-misuse-cases.ts';
import { downgrades, floods, type Http2Case } from '../test/edge/http2-cases.ts';
import { encodeFields, encodeFrame, flag, FrameClient, frameType, number32 } from '../test/edge/http2-frames.ts';
import { type Case, corpus } from '../test/edge/smuggling-corpus.ts';
import { readRequests } from '../test/edge/strict-reader.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = path.join(root, 'docs/hardening.md');
const checkOnly = process.argv.includes('--check');
const host = 'chat.test';
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-hardening-'));
const chainFile = path.join(folder, 'chain.pem');
const keyFile = path.join(folder, 'key.pem');
/** How long an answer is waited for. */
const answerMs = 700;
/** How long a slow client is watched. */
const patienceMs = 130_000;

interface Proxy {
  name: string;
  version: string;
  port: number;
  /** The process that carries the traffic. */
  pid: number;
  child: ChildProcess;
  app: App;
}

interface App {
  port: number;
  /** What came since the last call, connection by connection. */
  take(): string[];
}

/** Keeps every byte, and answers whatever looks like the end of a head, except for /never. */
async function startApp(): Promise<App> {
  let received: string[] = [];
  const server = net.createServer({ noDelay: true }, (socket) => {
    let index = -1;
    let kept = received;
    let seen = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      if (kept !== received || index < 0) {
        kept = received;
        index = received.push('') - 1;
        seen = 0;
      }
      received[index] += bytes.toString('latin1');
      for (
        let at = received[index]!.indexOf('\r\n\r\n', seen);
        at >= 0;
        at = received[index]!.indexOf('\r\n\r\n', seen)
      ) {
        const head = received[index]!.slice(seen, at);
        seen = at + 4;
        if (!head.includes(' /never ') && / HTTP\/1\.[01]/.test(head)) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = received;
      received = [];
      return taken;
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function versionOf(program: string, args: string[]): string {
  const text = execFileSync('sh', ['-c', `${program} ${args.join(' ')} 2>&1`], { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? '?';
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = net.connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}

async function everyhop(): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const config = path.join(folder, 'everyhop.yaml');
  const site = `  - host: ${host}\n    upstream: http://127.0.0.1:${app.port}\n`;
  writeFileSync(config, `https_port: ${port}\nhttp_port: false\nlisten: [127.0.0.1]\nworkers: 1\nsites:\n${site}`);
  const state = path.join(folder, 'state');
  const args = [path.join(root, 'bin/everyhop.js'), 'up', '--config', config, '--state', state, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', () => {});
  const ready = JSON.parse(first) as { version: string; workers: { pid: number }[] };
  return { name: 'Everyhop', version: ready.version, port, pid: ready.workers[0]!.pid, child, app };
}

async function nginx(): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const file = path.join(folder, 'nginx.conf');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; ${paths.join(' ')}
  upstream app { server 127.0.0.1:${app.port}; keepalive 16; }
  server { listen 127.0.0.1:${port} ssl http2 default_server; ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile}; return 421; }
  server { listen 127.0.0.1:${port} ssl http2; server_name ${host}; ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_buffering off; proxy_request_buffering off; } } }`,
  );
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilListening(port);
  return { name: 'nginx', version: versionOf('nginx', ['-v']), port, pid: child.pid!, child, app };
}

async function caddy(): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const file = path.join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  auto_https off
  admin off
  storage file_system ${folder}/caddy
  log default {
    output discard
  }
}
https://${host}:${port} {
  bind 127.0.0.1
  tls ${chainFile} ${keyFile}
  reverse_proxy 127.0.0.1:${app.port} {
    flush_interval -1
  }
}`,
  );
  const env = { ...process.env, HOME: folder };
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { env, stdio: 'ignore' });
  await untilListening(port);
  return { name: 'Caddy', version: versionOf('caddy', ['version']), port, pid: child.pid!, child, app };
}

const clientOptions = (port: number): tls.ConnectionOptions => ({
  port,
  host: '127.0.0.1',
  servername: host,
  // Throw-away certificates of three programs; what is looked at comes after the handshake.
  rejectUnauthorized: false,
});

async function connect(port: number): Promise<tls.TLSSocket> {
  const socket = tls.connect({ ...clientOptions(port), ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** What a client got, and what reached the app. */
async function sendRaw(proxy: Proxy, { bytes }: Case): Promise<string> {
  proxy.app.take();
  const socket = await connect(proxy.port);
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  const closed = once(socket, 'close').catch(() => {});
  socket.write(Buffer.from(bytes, 'latin1'));
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, answerMs))]);
  socket.destroy();
  const statuses = [...text.matchAll(/(?:^|ok)HTTP\/1\.[01] (\d{3})/g)].map((match) => match[1]!);
  const outcome = statuses.length === 0 ? 'no answer' : statuses.join(', ');
  return `${outcome}${forwarded(proxy.app.take(), outcome)}`;
}

function forwarded(connections: string[], outcome: string): string {
  const read = connections.map((text) => readRequests(text));
  const requests = read.flatMap((one) => one.whole.map(({ method, target }) => `\`${method} ${shortened(target)}\``));
  const parts: string[] = [];
  if (requests.length > 0) parts.push(`app saw ${requests.join(', ')}`);
  if (read.some(({ problem }) => problem !== undefined)) parts.push('**app saw what can be read in two ways**');
  // Of a request that was refused, sometimes a part was on its way already; it never became one.
  else if (outcome.startsWith('200') && read.some(({ rest }) => rest !== '')) parts.push('app saw part of a request');
  return parts.map((part) => `; ${part}`).join('');
}

function shortened(target: string): string {
  return target.length > 40 ? `${target.slice(0, 40)}…` : target;
}

function residentMebibytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) / 256;
}

/** Resolves when nothing more comes of the case before: some have a backlog. */
async function quiet({ app }: Proxy): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 250));
  while (app.take().length > 0);
}

async function sendFrames(proxy: Proxy, http2Case: Http2Case, flood: boolean): Promise<string> {
  if (flood) await quiet(proxy);
  else proxy.app.take();
  const before = residentMebibytes(proxy.pid);
  const client = await FrameClient.connect(clientOptions(proxy.port), http2Case.first);
  const outcome = await http2Case.run(client);
  const grown = residentMebibytes(proxy.pid) - before;
  client.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, flood ? 300 : 30));
  const received = proxy.app.take();
  if (!flood) return `${outcome}${forwarded(received, outcome)}`;
  const requests = received.reduce((sum, text) => sum + (text.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0), 0);
  // Whether the reason is still read before the end of the connection is a matter of luck.
  const said = /^(closed|GOAWAY \w+)$/.test(outcome) ? 'connection ended' : outcome;
  return `${said}${beyond('app saw', requests, 'requests', [100, 250, 500, 1000, 2000])}${beyond('memory grew by', grown, 'MiB', [64, 128, 256])}`;
}

/** Said in steps: neither is twice the same. */
function beyond(what: string, value: number, unit: string, steps: readonly number[]): string {
  const step = steps.findLast((step) => value > step);
  return step === undefined ? '' : `; ${what} more than ${step} ${unit}`;
}

interface SlowCase {
  name: string;
  run(proxy: Proxy): Promise<Socket>;
}

const slowClients: SlowCase[] = [
  {
    name: 'connects and says nothing, not even a ClientHello',
    async run({ port }) {
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  },
  {
    name: 'sends its ClientHello, a byte a second',
    async run({ port }) {
      const hello = await clientHello();
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      let at = 0;
      const timer = setInterval(() => socket.write(hello.subarray(at, (at += 1))), 1000);
      socket.once('close', () => clearInterval(timer));
      return socket;
    },
  },
  { name: 'makes its handshake and asks nothing', run: ({ port }) => connect(port) },
  {
    name: 'sends its head, a byte a second',
    async run({ port }) {
      const socket = await connect(port);
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      const timer = setInterval(() => socket.write('x'), 1000);
      socket.once('close', () => clearInterval(timer));
      return socket;
    },
  },
  {
    name: 'sends half of its body, and no more',
    async run({ port }) {
      const socket = await connect(port);
      socket.write(`POST /never HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`);
      return socket;
    },
  },
  {
    name: 'HTTP/2: says SETTINGS, and no more',
    run: ({ port }) => speakHttp2(port, encodeFrame(frameType.settings, 0, 0)),
  },
  {
    name: 'HTTP/2: HEADERS that never end',
    run: ({ port }) =>
      speakHttp2(
        port,
        encodeFrame(frameType.settings, 0, 0),
        encodeFrame(frameType.headers, flag.endStream, 1, encodeFields([[':method', 'GET']])),
      ),
  },
  {
    name: 'HTTP/2: takes nothing of a small answer (a window of 0)',
    run: ({ port }) =>
      speakHttp2(
        port,
        encodeFrame(frameType.settings, 0, 0, Buffer.concat([Buffer.from([0, 4]), number32(0)])),
        encodeFrame(
          frameType.headers,
          flag.endStream | flag.endHeaders,
          1,
          encodeFields([
            [':method', 'GET'],
            [':scheme', 'https'],
            [':path', '/'],
            [':authority', host],
          ]),
        ),
      ),
  },
];

/** The first bytes that a TLS client sends. */
async function clientHello(): Promise<Buffer> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect(clientOptions((server.address() as AddressInfo).port));
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  server.close();
  return hello;
}

async function speakHttp2(port: number, ...frames: Buffer[]): Promise<Socket> {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const { socket } = await FrameClient.connect(clientOptions(port), Buffer.concat([preface, ...frames]));
  return socket;
}

async function watchSlow(socket: Socket): Promise<string> {
  const beganMs = performance.now();
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  const ended = await Promise.race([
    once(socket, 'close').then(
      () => true,
      () => true,
    ),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), patienceMs)),
  ]);
  socket.destroy();
  const seconds = Math.round((performance.now() - beganMs) / 5000) * 5;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return ended ? `${status === undefined ? '' : `${status}, `}closed after ${seconds} s` : `open after ${seconds} s`;
}

type Row = [name: string, outcomes: string[]];

function table(title: string, proxies: readonly Proxy[], rows: readonly Row[]): string {
  return [
    `## ${title}`,
    '',
    `| case | ${proxies.map(({ name }) => name).join(' | ')} |`,
    `|---|${proxies.map(() => '---|').join('')}`,
    ...rows.map(([name, outcomes]) => `| ${cell(name)} | ${outcomes.map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Rows whose first outcome is not what the page says. */
function differences(rows: readonly Row[]): string[] {
  const written = readFileSync(page, 'utf8');
  return rows
    .filter(([name, [outcome]]) => !written.includes(`\n| ${cell(name)} | ${cell(outcome!)} |`))
    .map(([name, [outcome]]) => `${name}: now ${outcome}`);
}

async function rowsOf<T extends { name: string }>(
  proxies: readonly Proxy[],
  cases: readonly T[],
  send: (proxy: Proxy, one: T) => Promise<string>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of cases) rows.push([one.name, await Promise.all(proxies.map((proxy) => send(proxy, one)))]);
  return rows;
}

execFileSync(
  'openssl',
  // prettier-ignore
  ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '5', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', keyFile, '-out', chainFile],
  { stdio: 'ignore' },
);
execFileSync('chmod', ['755', folder]);
const proxies = checkOnly ? [await everyhop()] : [await everyhop(), await nginx(), await caddy()];
let different: string[] = [];
try {
  const slowSockets = await rowsOfSockets();
  const slowRows = Promise.all(
    slowSockets.map(async ([name, sockets]): Promise<Row> => [name, await Promise.all(sockets.map(watchSlow))]),
  );
  // What the slow ones have sent must not be taken for what the first case sent.
  await new Promise((resolve) => setTimeout(resolve, answerMs));
  const misuse = (cases: readonly Http2Case[]): Promise<Row[]> =>
    rowsOf(proxies, cases, (proxy, one) => sendFrames(proxy, one, false));
  const flood = (cases: readonly Http2Case[]): Promise<Row[]> =>
    rowsOf(proxies, cases, (proxy, one) => sendFrames(proxy, one, true));
  const groups: [title: string, rows: Row[]][] = [
    ['HTTP/1.1: one request, or none', await rowsOf(proxies, corpus, sendRaw)],
    ['HTTP/2: from frames to HTTP/1.1', await misuse([...downgrades, ...readings])],
    ['HTTP/2: what is forbidden', await misuse(forbidden)],
    ['HTTP/2: too much of it', await flood([...floods, ...provocations, ...crowds])],
    ['Slow clients', await slowRows],
  ];
  if (checkOnly) {
    different = differences(groups.flatMap(([, rows]) => rows));
  } else {
    const versions = proxies.map(({ name, version }) => `${name} ${version}`).join(', ');
    const tables = groups.map(([title, rows]) => table(title, proxies, rows)).join('\n');
    writeFileSync(page, `${introduction(versions)}\n${tables}`);
  }
} finally {
  for (const { child } of proxies) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
for (const line of different) console.error(line);
process.exit(different.length === 0 ? 0 : 1);

async function rowsOfSockets(): Promise<[name: string, sockets: Socket[]][]> {
  const all: [string, Socket[]][] = [];
  for (const slow of slowClients) all.push([slow.name, await Promise.all(proxies.map((proxy) => slow.run(proxy)))]);
  return all;
}

function introduction(versions: string): string {
  return `# What the edge makes of bad clients

\`npm run hardening\` sends each case to ${versions}, over TLS, in front of the same
app, and writes down what came back and what reached the app. \`npm run hardening -- --check\` asks Everyhop alone, and
complains where it no longer does what stands here. The same cases are tests (\`test/edge/smuggling.test.ts\`,
\`http2-hardening.test.ts\`, \`http2-slow.test.ts\`, \`http2-bounds.test.ts\`, \`limits.test.ts\`), with what
Everyhop must make of each. nginx and Caddy stand here with the configuration that their manuals show for a streaming
proxy, and as old as Debian 12 has them: older than some of these attacks, so
that their later releases may do better. Their columns differ a little from run to run.

A case is handled well when the app sees exactly one reading of it, or nothing. Sometimes another program is stricter, or
more forgiving for a good reason; then that is what this page says. \`GOAWAY\` and \`reset\` are HTTP/2's ways to end a
connection and a stream; \`goes on\` means that the connection still answers a PING and nothing was said of the request.
Of a great number of requests, and of memory, only steps are told: they are never twice the same. Where a slow client is
given up sooner by another program, that program is the stricter one.
`;
}

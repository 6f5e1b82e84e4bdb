/**
 * Writes docs/hardening.md: `npm run hardening`. Sends every case of the tests to this edge, to nginx and to Caddy, all in
 * front of the same app, and puts down what each made of it. Needs nginx and caddy on the path; takes three minutes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { downgrades, floods, type Http2Case } from '../test/edge/http2-cases.ts';
import { FrameClient } from '../test/edge/http2-frames.ts';
import { type Case, corpus } from '../test/edge/smuggling-corpus.ts';
import { readRequests } from '../test/edge/strict-reader.ts';

const root = path.resolve(import.meta.dirname, '..');
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
  return `${statuses.length === 0 ? 'no answer' : statuses.join(', ')}${forwarded(proxy.app.take())}`;
}

function forwarded(connections: string[]): string {
  if (connections.length === 0) return '';
  const read = connections.map((text) => readRequests(text));
  const whole = read.flatMap((one) => one.whole);
  const parts: string[] = [];
  if (whole.length > 0)
    parts.push(`app saw ${whole.map(({ method, target }) => `\`${method} ${target}\``).join(', ')}`);
  if (read.some(({ problem }) => problem !== undefined)) parts.push('**app saw what can be read in two ways**');
  else if (read.some(({ rest }) => rest !== '')) parts.push('app saw part of a request');
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}

function residentMebibytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) / 256;
}

async function sendFrames(proxy: Proxy, http2Case: Http2Case, flood: boolean): Promise<string> {
  proxy.app.take();
  const before = residentMebibytes(proxy.pid);
  const client = await FrameClient.connect(clientOptions(proxy.port));
  const outcome = await http2Case.run(client);
  const grown = residentMebibytes(proxy.pid) - before;
  client.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, flood ? 300 : 30));
  const received = proxy.app.take();
  if (!flood) return `${outcome}${forwarded(received)}`;
  const requests = received.reduce((sum, text) => sum + (text.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0), 0);
  // Memory is said roughly: it is never twice the same.
  const memory = grown > 16 ? `; memory +${Math.round(grown / 16) * 16} MiB` : '';
  return `${outcome}${requests > 1 ? `; app saw about ${roughly(requests)} requests` : ''}${memory}`;
}

function roughly(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1) * 5;
  return Math.ceil(count / step) * step;
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
      socket.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`);
      return socket;
    },
  },
];

async function watchSlow(proxy: Proxy, slow: SlowCase): Promise<string> {
  const beganMs = performance.now();
  const socket = await slow.run(proxy);
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

function table(title: string, proxies: readonly Proxy[], rows: [name: string, outcomes: string[]][]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    `## ${title}`,
    '',
    `| case | ${proxies.map(({ name }) => name).join(' | ')} |`,
    `|---|${proxies.map(() => '---|').join('')}`,
    ...rows.map(([name, outcomes]) => `| ${cell(name)} | ${outcomes.map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

async function rowsOf<T extends { name: string }>(
  proxies: readonly Proxy[],
  cases: readonly T[],
  send: (proxy: Proxy, one: T) => Promise<string>,
): Promise<[string, string[]][]> {
  const rows: [string, string[]][] = [];
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
const proxies = [await everyhop(), await nginx(), await caddy()];
try {
  const slowRows = Promise.all(
    slowClients.map(async (slow): Promise<[string, string[]]> => [
      slow.name,
      await Promise.all(proxies.map((proxy) => watchSlow(proxy, slow))),
    ]),
  );
  const sections = [
    table('HTTP/1.1: one request, or none', proxies, await rowsOf(proxies, corpus, sendRaw)),
    table(
      'HTTP/2: from frames to HTTP/1.1',
      proxies,
      await rowsOf(proxies, downgrades, (proxy, one) => sendFrames(proxy, one, false)),
    ),
    table(
      'HTTP/2: too much of it',
      proxies,
      await rowsOf(proxies, floods, (proxy, one) => sendFrames(proxy, one, true)),
    ),
    table('Slow clients', proxies, await slowRows),
  ];
  const versions = proxies.map(({ name, version }) => `${name} ${version}`).join(', ');
  writeFileSync(
    path.join(root, 'docs/hardening.md'),
    `# What the edge makes of bad clients

\`npm run hardening\` sends each case to ${versions}, over TLS, in front of the same app, and writes down what came back and
what reached the app. The same cases are tests (\`test/edge/smuggling.test.ts\`, \`http2-hardening.test.ts\`,
\`limits.test.ts\`), with what Everyhop must make of each. nginx and Caddy stand here with the configuration that their manuals
show for a streaming proxy, and as old as Debian 12 has them.

A case is handled well when the app sees exactly one reading of it, or nothing. Sometimes another program is stricter, or
more forgiving for a good reason; then that is what this page says. \`GOAWAY\` and \`reset\` are HTTP/2's ways to end a
connection and a stream, \`goes on\` means that the connection still answers a PING.

${sections.join('\n')}`,
  );
} finally {
  for (const { child } of proxies) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

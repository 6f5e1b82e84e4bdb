/**
 * Tries each consumer against a private hop: unconfigured, started by `run`, with its setting, and with `trust check`.
 */
import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { execute } from '../../src/base/process.ts';
import { byExit, type Consumer, type Probe, type ProbeOutcome, readOutcome } from '../../src/trust/consumer.ts';
import { consumers } from '../../src/trust/consumers.ts';
import { anyProtocol, frontOf } from '../../src/trust/rehearsal-front.ts';
import { javascriptModules, pythonOf, rustClients } from './tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, temporaryFolder } from './up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

export function consumer(id: string): Consumer {
  return consumers.find((one) => one.id === id)!;
}

/** Python libraries of the second environment. */
const libraries = new Set(
  [
    'asyncpg',
    'confluent_kafka',
    'elasticsearch',
    'grpclib',
    'httplib2',
    'niquests',
    'psycopg',
    'psycopg2',
    'pycurl',
    'pymongo',
    'redis',
    'tornado',
    'treq',
    'weaviate',
    'websocket',
    'websockets',
  ].map((library) => `python-${library}`),
);

/** The programs for trying each consumer, by its id. Builds the compiled ones. */
export async function findPrograms(folder: string): Promise<Map<string, string>> {
  const clients = path.dirname(pythonOf('clients'));
  const berry = path.join(folder, 'berry', 'yarn');
  await mkdir(path.dirname(berry));
  await symlink(path.join(javascriptModules, '@yarnpkg/cli-dist/bin/yarn.js'), berry);
  const own = {
    pip: path.join(clients, 'pip'),
    uv: path.join(clients, 'uv'),
    yarn: path.join(javascriptModules, 'yarn/bin/yarn'),
    'yarn-berry': berry,
    cargo: await findCargo(),
    containerd: 'ctr',
    go: await buildGoClient(folder),
    'rust-native-certs': rustClients.nativeCerts,
    'rust-webpki-roots': rustClients.webpkiRoots,
    'python-curl_cffi': pythonOf('boringssl'),
    firefox: 'firefox-esr',
    'docker-daemon': 'dockerd',
    aria2: 'aria2c',
  };
  const programs = new Map(Object.entries(own));
  for (const { id, runtime, tested } of consumers) {
    if (runtime === undefined || programs.has(id) || tested === 'documented') continue;
    if (runtime === 'python') programs.set(id, pythonOf(libraries.has(id) ? 'libraries' : 'clients'));
    else if (runtime === 'node') programs.set(id, process.execPath);
    else if (runtime === 'deno' || runtime === 'bun') programs.set(id, path.join(javascriptModules, '.bin', runtime));
    else programs.set(id, runtime);
  }
  return programs;
}

/** The actual program: rustup's proxy on the PATH would look for it in the home folder, which tests replace. */
async function findCargo(): Promise<string> {
  const { code, stdout } = await execute('rustup', ['which', 'cargo']).catch(() => ({ code: 1, stdout: '' }));
  return code === 0 ? stdout.trim() : 'cargo';
}

export interface PrivateHop {
  url: string;
  folder: string;
  state: string;
  /** Number of requests so far. */
  requests(): number;
  /** Resolves with the next client's verdict on the certificate. */
  next(signal: AbortSignal): Promise<'verified' | 'refused'>;
  /** Another server with the same certificate. @param answer instead of 404. */
  another(answer?: (response: http2.Http2ServerResponse) => void): Promise<PrivateHop>;
}

/** Starts a server with a certificate from the private authority of a temporary state folder. */
export async function startPrivateHop(t: TestContext): Promise<PrivateHop> {
  const folder = await temporaryFolder(t, 'hop');
  const state = path.join(folder, 'state');
  const obtained = await runEveryhop(['certificates', 'obtain', 'localhost', '--state', state, '--json'], folder);
  const { live } = JSON.parse(obtained.stdout) as { live: { fullchain: string; privkey: string } };
  const credentials = { cert: await readFile(live.fullchain), key: await readFile(live.privkey) };
  const start = async (
    answer = (response: http2.Http2ServerResponse): unknown => response.writeHead(404).end(),
  ): Promise<PrivateHop> => {
    const seen = new EventEmitter<{ outcome: ['verified' | 'refused'] }>();
    let requests = 0;
    const server = http2.createSecureServer({ ...credentials, ...anyProtocol });
    const count = (): void => {
      requests += 1;
      seen.emit('outcome', 'verified');
    };
    server.on('request', (_request, response: http2.Http2ServerResponse) => {
      count();
      answer(response);
    });
    const front = frontOf(server, count);
    server.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => {
      // Ignore other errors: browsers close preconnected sockets, too.
      if (code?.startsWith('ERR_SSL_')) seen.emit('outcome', 'refused');
    });
    const sockets = new Set<TLSSocket>();
    server.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    atEnd(t, () => {
      for (const socket of sockets) socket.destroy();
      front.close();
      server.close();
    });
    return {
      url: `https://localhost:${(front.address() as AddressInfo).port}/`,
      folder,
      state,
      requests: () => requests,
      next: async (signal) => (await once(seen, 'outcome', { signal }))[0] as 'verified' | 'refused',
      another: start,
    };
  };
  return start();
}

/** The consumer's probe, if a command line can make it send a request. Compiled programs take the URL as argument. */
export function probeOf({ id, runtime, probe }: Consumer): ((program: string, url: string) => Probe) | undefined {
  if (probe || !['go', 'rust'].includes(runtime ?? '')) return probe;
  const refusal = id === 'go' ? /x509: / : /invalid peer certificate/;
  return (program, url) => ({ program, args: [url], read: byExit(refusal) });
}

/**
 * @param started `true`: by `everyhop run`; `mount`: with its option; else its only additional environment variables.
 * @throws Error if its report contradicts the server: verified without a request, or vice versa.
 */
export async function tryConsumer(
  tried: Consumer,
  interpreter: string,
  hop: PrivateHop,
  started: true | 'mount' | Record<string, string>,
): Promise<ProbeOutcome> {
  const { program, args, read = readOutcome } = probeOf(tried)!(interpreter, hop.url);
  const flags = started === 'mount' ? ['--mount'] : [];
  const isStarted = started === true || started === 'mount';
  const command = isStarted
    ? [process.execPath, everyhop, 'run', '--state', hop.state, ...flags, '--', program, ...args]
    : [program, ...args];
  const before = hop.requests();
  // In the folder with axios, without this machine's settings.
  const env = { ...cleanEnvironment(hop.folder), ...(isStarted ? {} : started) };
  const options = { cwd: path.dirname(javascriptModules), env, timeoutMs: 60_000 };
  const outcome = read(await execute(command[0]!, command.slice(1), options));
  // lftp sends its request before it looks at the certificate.
  const isEarly = tried.id === 'lftp' && outcome.outcome === 'refused';
  if (!isEarly && (outcome.outcome === 'verified') !== hop.requests() > before) {
    throw new Error(
      `${tried.id} says "${outcome.outcome}" (${outcome.detail}) after ${hop.requests() - before} requests`,
    );
  }
  return outcome;
}

/** Opens the hop in a headless browser. The result comes from the server; then closes the browser. */
export async function tryBrowser(
  id: 'chromium' | 'firefox',
  hop: PrivateHop,
  home: string,
  started: boolean,
): Promise<'verified' | 'refused'> {
  const own =
    id === 'chromium'
      ? ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-component-update']
      : ['firefox-esr', '--headless', '--no-remote', '--profile', firefoxProfile(home)];
  const run = [process.execPath, everyhop, 'run', '--state', hop.state, '--'];
  const command = [...(started ? run : []), ...own, hop.url];
  const child = spawn(command[0]!, command.slice(1), { env: cleanEnvironment(home), stdio: 'ignore', detached: true });
  const ended = once(child, 'close');
  try {
    return await hop.next(AbortSignal.timeout(60_000));
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** Creates a profile with a certificate store, as after the first start. */
export async function makeFirefoxProfile(home: string): Promise<void> {
  const folder = firefoxProfile(home);
  await mkdir(folder, { recursive: true });
  const { code, stderr } = await execute('certutil', ['-N', '--empty-password', '-d', `sql:${folder}`]);
  if (code !== 0) throw new Error(stderr);
}

function firefoxProfile(home: string): string {
  return path.join(home, '.mozilla/firefox/everyhop.default');
}

/** JSON output of `everyhop trust check`. */
export interface CheckReport {
  code: number | null;
  ok: boolean;
  verdict: 'proven' | 'tried' | 'failed';
  untested: string[];
  command: { runtime?: string; binary?: { variables: string[]; ownRoots: boolean } };
  results: { consumer: string; url: string; direction: string; outcome: string; ok: boolean; version?: string }[];
  weakenings: { file: string; line: number; text: string; kind: string }[];
  switches: { name: string }[];
  dangling: { name: string }[];
  settings: { consumer: string }[];
  findings: { code: string; severity: string; hint: string; place?: { file: string; line: number } }[];
}

/** Runs `everyhop trust check --json`. @param env in addition to a clean environment. */
export async function checkCommand(
  hop: PrivateHop,
  command: string[],
  {
    urls = [hop.url],
    env = {},
    cwd,
    mount = false,
  }: { urls?: string[]; env?: Record<string, string>; cwd?: string; mount?: boolean } = {},
): Promise<CheckReport> {
  const flags = ['--state', hop.state, '--json', ...(mount ? ['--mount'] : [])];
  const args = [everyhop, 'trust', 'check', ...flags, ...urls, '--', ...command];
  const options = { env: { ...cleanEnvironment(hop.folder), ...env }, timeoutMs: 120_000, ...(cwd ? { cwd } : {}) };
  const { code, stdout, stderr } = await execute(process.execPath, args, options);
  if (!stdout.startsWith('{')) throw new Error(`${code}: ${stdout}${stderr}`);
  return { code, ...(JSON.parse(stdout) as Omit<CheckReport, 'code'>) };
}

/** Builds a Go program that fetches a URL, like an operator's binary. */
async function buildGoClient(folder: string): Promise<string> {
  const program = path.join(folder, 'client');
  await writeFile(
    path.join(folder, 'client.go'),
    `package main
import ("fmt"; "net/http"; "os")
func main() {
  answer, err := http.Get(os.Args[1])
  if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
  answer.Body.Close()
}
`,
  );
  const env = { ...process.env, GO111MODULE: 'off' };
  await promisify(execFile)('go', ['build', '-o', program, 'client.go'], { cwd: folder, env });
  return program;
}

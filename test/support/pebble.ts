import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { Agent, request } from 'undici';
import { execute } from '../../src/base/process.ts';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import * as extension from '../../src/x509/extension.ts';
import { exportPrivateKeyPem, generateKey, keyIdentifier, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { encodePem } from '../../src/x509/pem.ts';
import { atEnd, freePorts, temporaryFolder } from './up.ts';
import { testRandom } from './seed.ts';

/** The newest version, and the one in Debian 12 (no ARI, no profiles, no Retry-After). */
export const pebbleVersions = ['2.10.1', '2.4.0'] as const;
export type PebbleVersion = (typeof pebbleVersions)[number];
const newest = pebbleVersions[0];

const cache = path.resolve(import.meta.dirname, '../../.cache');
const program = (version: PebbleVersion, name: string): string => path.join(cache, `pebble-${version}`, name);

/** Whether all versions of Pebble and its challenge server are built. */
export function hasPebble(): boolean {
  try {
    for (const version of pebbleVersions) accessSync(program(version, 'pebble'), constants.X_OK);
    accessSync(program(newest, 'pebble-challtestsrv'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Builds them into the project's cache: half a minute, with Go. */
export async function buildPebble(): Promise<void> {
  for (const version of pebbleVersions) {
    const folder = path.join(cache, `pebble-${version}`);
    await mkdir(folder, { recursive: true });
    const commands = ['pebble', 'pebble-challtestsrv'].map(
      (name) => `github.com/letsencrypt/pebble/v2/cmd/${name}@v${version}`,
    );
    // The older version's golang.org/x/net links into package syscall, which recent Go linkers reject.
    const { code, stderr } = await execute('go', ['install', '-ldflags=-checklinkname=0', ...commands], {
      env: { ...process.env, GOBIN: folder },
      timeoutMs: 600_000,
    });
    if (code !== 0) throw new Error(`Pebble ${version} failed to build:\n${stderr}`);
  }
}

export interface PebbleOptions {
  /** Default: the newest. */
  version?: PebbleVersion;
  /** Percentage of valid nonces to refuse (default 0). */
  nonceRejectPercent?: number;
  /** Percentage of valid authorizations that new orders reuse (default 0). */
  authorizationReusePercent?: number;
  /** Number of additional roots, each with an alternate chain (default 0). */
  alternateRoots?: number;
  /** `address:port` of Pebble's name server (default: its challenge server's). */
  nameServer?: string;
  /** Accepts every challenge without validating (default false). */
  alwaysValid?: boolean;
  /** Overrides in the `pebble` object of its configuration, e.g. `{ profiles }`, `{ domainBlocklist: [...] }`. */
  config?: Record<string, unknown>;
  /** Further environment variables for Pebble. */
  env?: Record<string, string>;
}

/** A running Pebble with its challenge server. Every name resolves to 127.0.0.1 unless changed through `dns`. */
export interface Pebble {
  directoryUrl: string;
  /** Root of the directory's own certificate. */
  rootPem: string;
  rootFile: string;
  /** Pebble validates HTTP-01 and TLS-ALPN-01 on these ports of 127.0.0.1. */
  httpPort: number;
  tlsPort: number;
  /** `127.0.0.1:port` of Pebble's name server (TCP and UDP). */
  dnsAddress: string;
  dns: PebbleDns;
  managementUrl: string;
  /** GET, or POST with a body, to Pebble's management interface: `/roots/0`, `/set-renewal-info/` … */
  manage(path: string, body?: unknown): Promise<string>;
  /** PEM of the issuing root; from 1 on, of the alternate chains' roots. */
  issuerRoot(index?: number): Promise<string>;
  /** Pebble's log so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Controls the answers of the challenge server's DNS. Names with or without a final dot. */
export interface PebbleDns {
  addTxt(name: string, value: string): Promise<void>;
  clearTxt(name: string): Promise<void>;
  addA(name: string, addresses: string[]): Promise<void>;
  addAaaa(name: string, addresses: string[]): Promise<void>;
  setCname(name: string, target: string): Promise<void>;
  clearCname(name: string): Promise<void>;
  setServfail(name: string): Promise<void>;
  clearServfail(name: string): Promise<void>;
  /** Any other command of pebble-challtestsrv's management interface, such as `/clear-a`. */
  command(path: string, body: unknown): Promise<string>;
}

/** Starts Pebble on free ports until the end of the test. Guard the test with `{ skip: without('pebble') }`. */
export async function startPebble(t: TestContext, options: PebbleOptions = {}): Promise<Pebble> {
  const folder = await temporaryFolder(t, 'pebble');
  const server = await writeServerCertificate(folder);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnFreePorts(t, folder, server, options);
    } catch (error) {
      if (attempt === 3) throw error; // another process took one of the ports three times in a row
    }
  }
}

async function startOnFreePorts(
  t: TestContext,
  folder: string,
  server: ServerCertificate,
  options: PebbleOptions,
): Promise<Pebble> {
  const ports = (await freePorts(6)) as [number, number, number, number, number, number];
  const [acmePort, managementPort, httpPort, tlsPort, dnsPort, commandPort] = ports;
  const dnsAddress = `127.0.0.1:${dnsPort}`;
  const config = {
    listenAddress: `127.0.0.1:${acmePort}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: server.certificateFile,
    privateKey: server.keyFile,
    httpPort,
    tlsPort,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    keyAlgorithm: 'ecdsa',
    ...options.config,
  };
  const configFile = path.join(folder, `${randomBytes(4).toString('hex')}.json`);
  await writeFile(configFile, JSON.stringify({ pebble: config }));
  const env = {
    PEBBLE_VA_NOSLEEP: '1',
    PEBBLE_WFE_NONCEREJECT: String(options.nonceRejectPercent ?? 0),
    PEBBLE_AUTHZREUSE: String(options.authorizationReusePercent ?? 0),
    PEBBLE_ALTERNATE_ROOTS: String(options.alternateRoots ?? 0),
    ...(options.alwaysValid ? { PEBBLE_VA_ALWAYS_VALID: '1' } : {}),
    ...options.env,
  };
  const version = options.version ?? newest;
  const pebbleArguments = ['-strict', '-config', configFile, '-dnsserver', options.nameServer ?? dnsAddress];
  const pebble = run(program(version, 'pebble'), pebbleArguments, env);
  const nameServer = ['-dnsserver', dnsAddress, '-management', `127.0.0.1:${commandPort}`, '-doh', ''];
  const addresses = ['-defaultIPv4', '127.0.0.1', '-defaultIPv6', ''];
  const noAnswers = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const challenges = run(program(newest, 'pebble-challtestsrv'), [...nameServer, ...addresses, ...noAnswers]);
  const dispatcher = new Agent({ connect: { ca: server.rootPem } });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= Promise.all([pebble.end(), challenges.end(), dispatcher.destroy()]).then(() => {}));
  try {
    await Promise.all([
      pebble.listens(acmePort),
      pebble.listens(managementPort),
      challenges.listens(dnsPort),
      challenges.listens(commandPort),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  atEnd(t, stop);

  const managementUrl = `https://127.0.0.1:${managementPort}`;
  const manage = (path: string, body?: unknown): Promise<string> => call(dispatcher, managementUrl + path, body);
  const command = (path: string, body: unknown): Promise<string> =>
    call(dispatcher, `http://127.0.0.1:${commandPort}${path}`, body);
  return {
    directoryUrl: `https://127.0.0.1:${acmePort}/dir`,
    rootPem: server.rootPem,
    rootFile: server.rootFile,
    httpPort,
    tlsPort,
    dnsAddress,
    dns: dnsCommands(command),
    managementUrl,
    manage,
    issuerRoot: (index = 0) => manage(`/roots/${index}`),
    log: () => pebble.output(),
    stop,
  };
}

function dnsCommands(command: PebbleDns['command']): PebbleDns {
  const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);
  const set = async (path: string, host: string, rest: Record<string, unknown> = {}): Promise<void> =>
    void (await command(path, { host: dotted(host), ...rest }));
  return {
    addTxt: (name, value) => set('/set-txt', name, { value }),
    clearTxt: (name) => set('/clear-txt', name),
    addA: (name, addresses) => set('/add-a', name, { addresses }),
    addAaaa: (name, addresses) => set('/add-aaaa', name, { addresses }),
    setCname: (name, target) => set('/set-cname', name, { target: dotted(target) }),
    clearCname: (name) => set('/clear-cname', name),
    setServfail: (name) => set('/set-servfail', name),
    clearServfail: (name) => set('/clear-servfail', name),
    command,
  };
}

async function call(dispatcher: Agent, url: string, body?: unknown): Promise<string> {
  const answer = await request(url, {
    dispatcher,
    headers: { 'user-agent': 'test' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}: ${text}`);
  return text;
}

interface ServerProcess {
  /** Resolves once a connection to this port of 127.0.0.1 succeeds; rejects if the program ends first. */
  listens(port: number): Promise<void>;
  output(): string;
  end(): Promise<void>;
}

function run(file: string, args: string[], env: Record<string, string> = {}): ServerProcess {
  const child: ChildProcess = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const closed = once(child, 'close').then(() => {});
  closed.catch(() => {}); // `listens` reports a missing program
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    async listens(port) {
      while (!(await canConnect(port))) {
        if (hasEnded()) throw new Error(`${path.basename(file)} has ended:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    output: () => output,
    async end() {
      process.off('exit', kill);
      kill();
      await closed.catch(() => {});
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export interface ServerCertificate {
  rootPem: string;
  certificatePem: string;
  keyPem: string;
  rootFile: string;
  certificateFile: string;
  keyFile: string;
}

const serverNames: readonly string[] = ['localhost', '127.0.0.1', 'authority.test'];

/** Creates a root and a certificate for these names; also writes them to the folder. */
export async function writeServerCertificate(folder: string, names = serverNames): Promise<ServerCertificate> {
  const [rootKey, key] = await Promise.all([generateKey(), generateKey()]);
  const rootName = makeName({ commonName: 'Root of the test directory' });
  const rootKeyId = keyIdentifier(publicKeyInfo(rootKey));
  const validity = { notBeforeMs: Date.now() - 3_600_000, notAfterMs: Date.now() + 30 * 86_400_000 };
  const root = makeCertificate(
    {
      serial: randomSerial(testRandom),
      issuer: rootName,
      subject: rootName,
      ...validity,
      publicKeyInfo: publicKeyInfo(rootKey),
      extensions: [
        extension.basicConstraints(true),
        extension.keyUsage('keyCertSign', 'cRLSign'),
        extension.subjectKeyIdentifier(rootKeyId),
      ],
    },
    rootKey,
  );
  const leaf = makeCertificate(
    {
      serial: randomSerial(testRandom),
      issuer: rootName,
      subject: makeName({}),
      ...validity,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [
        extension.basicConstraints(false),
        extension.keyUsage('digitalSignature'),
        extension.extKeyUsage('serverAuth'),
        extension.subjectAltName([...names], true),
        extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(key))),
        extension.authorityKeyIdentifier(rootKeyId),
      ],
    },
    rootKey,
  );
  const rootPem = encodePem('CERTIFICATE', root);
  const files = {
    rootFile: path.join(folder, 'root.pem'),
    certificateFile: path.join(folder, 'certificate.pem'),
    keyFile: path.join(folder, 'key.pem'),
  };
  await writeFile(files.rootFile, rootPem);
  const certificatePem = encodePem('CERTIFICATE', leaf);
  const keyPem = exportPrivateKeyPem(key).reveal();
  await writeFile(files.certificateFile, certificatePem);
  await writeFile(files.keyFile, keyPem, { mode: 0o600 });
  return { rootPem, certificatePem, keyPem, ...files };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openHouse } from './house.ts';
import { cpuMsOf, type Cost, cpuMs, peakBytes, runCommand, versionOf } from './measure.ts';

/** The authority and the folder of one client. */
export interface Place {
  /** For this peer alone. */
  folder: string;
  directoryUrl: string;
  /** Root of the directory's own certificate. */
  rootFile: string;
  /** Where the authority looks for answers to HTTP-01. */
  httpPort: number;
  tlsPort: number;
}

/** A client under measurement. */
export interface Peer {
  name: string;
  /** Undefined if it is not installed. */
  version: string | undefined;
  /** How it runs, for the table. */
  how: string;
  /** Prepares the client. Its first certificate creates the account and is not measured. */
  open(place: Place): Promise<Opened>;
}

export interface Opened {
  /** One certificate for one new name, by HTTP-01, from the start of the command to its end. */
  obtain(name: string): Promise<Cost>;
  close(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
/** Location of certbot and acme-tiny after `pip install`. */
const python = path.join(root, '.cache/bench-acme/python/bin');
const nothing = (): Promise<void> => Promise.resolve();

/** Takes only the PATH from this machine: no preset roots, no proxies. */
function environment(folder: string, more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8', ...more };
}

const version = (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version;

const everyhop: Peer = {
  name: 'everyhop',
  version,
  how: 'published command, stand-alone',
  async open(place) {
    const published = await buildPackage();
    return { obtain: (name) => obtainByCommand(place, path.join(published, 'dist/cli/main.js'), name), close: nothing };
  },
};

const checkout: Peer = {
  name: 'everyhop',
  version,
  how: 'command in a checkout, stand-alone',
  open(place) {
    const program = path.join(root, 'bin/everyhop.js');
    return Promise.resolve({ obtain: (name) => obtainByCommand(place, program, name), close: nothing });
  },
};

function obtainByCommand(place: Place, program: string, name: string): Promise<Cost> {
  const { folder, directoryUrl, rootFile, httpPort } = place;
  const authority = ['--authority', directoryUrl, '--authority-root', rootFile, '--agree-tos'];
  const how = ['--challenge', 'http-01', '--http-port', `${httpPort}`, '--state', path.join(folder, 'state')];
  const command = [process.execPath, program, 'certificates', 'obtain', name, ...authority, ...how];
  return runCommand(command, environment(folder));
}

/** Runs the equivalent of `npm run build`, into a folder from which Node finds the dependencies. */
async function buildPackage(): Promise<string> {
  const folder = path.join(root, '.cache/bench-acme/package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  const compiler = path.join(root, 'node_modules/.bin/tsc');
  const project = path.join(root, 'tsconfig.build.json');
  await runCommand([compiler, '-p', project, '--outDir', path.join(folder, 'dist')], environment(folder));
  return folder;
}

const inProcess: Peer = {
  name: 'everyhop, running',
  version,
  how: 'one process, stand-alone listener',
  async open({ folder, directoryUrl, rootFile, httpPort }) {
    const rootPem = readFileSync(rootFile, 'utf8');
    const names = ['first', ...Array.from({ length: 100 }, (_, index) => `r${index}`)].map((name) => [
      `${name}.running.test`,
    ]);
    const place = { stateFolder: path.join(folder, 'state'), directoryUrl, rootPem, httpPort, nameSets: names };
    const house = await openHouse(place);
    const obtain = async (name: string): Promise<Cost> => {
      const [beganMs, beganCpuMs] = [performance.now(), cpuMs()];
      await house.certificates.ensureAlso([name]);
      return { wallMs: performance.now() - beganMs, cpuMs: cpuMs() - beganCpuMs };
    };
    return { obtain, close: () => house.close() };
  },
};

const certbot: Peer = {
  name: 'certbot',
  version: versionOf([path.join(python, 'certbot'), '--version'], /certbot ([\d.]+)/),
  how: 'stand-alone',
  open({ folder, directoryUrl, rootFile, httpPort }) {
    const folders = ['config', 'work', 'logs'].flatMap((name) => [`--${name}-dir`, path.join(folder, name)]);
    const quiet = ['--non-interactive', '--agree-tos', '--register-unsafely-without-email', '--server', directoryUrl];
    const alone = ['--standalone', '--http-01-port', `${httpPort}`];
    const command = [path.join(python, 'certbot'), 'certonly', ...quiet, ...alone, ...folders, '--domain'];
    const env = environment(folder, { REQUESTS_CA_BUNDLE: rootFile });
    return Promise.resolve({ obtain: (name) => runCommand([...command, name], env), close: nothing });
  },
};

const lego: Peer = {
  name: 'lego',
  version: versionOf(['dpkg-query', '--show', '--showformat=${Version}', 'lego'], /^([\d.]+)/),
  how: 'stand-alone',
  open({ folder, directoryUrl, rootFile, httpPort }) {
    const who = [
      '--accept-tos',
      '--email',
      'bench@example.com',
      '--server',
      directoryUrl,
      '--path',
      path.join(folder, 'lego'),
    ];
    const how = ['--http', '--http.port', `127.0.0.1:${httpPort}`];
    const env = environment(folder, { LEGO_CA_CERTIFICATES: rootFile });
    const obtain = (name: string): Promise<Cost> => runCommand(['lego', ...who, ...how, '--domains', name, 'run'], env);
    return Promise.resolve({ obtain, close: nothing });
  },
};

/** acme-tiny generates no keys, so key and request exist before the clock starts. It has no server; ours serves its folder. */
const acmeTiny: Peer = {
  name: 'acme-tiny',
  version: versionOf([path.join(python, 'pip'), 'show', 'acme-tiny'], /^Version: ([\d.]+)/m),
  how: 'webroot',
  async open({ folder, directoryUrl, rootFile, httpPort }) {
    const [accountKey, key, request] = ['account.key', 'site.key', 'site.csr'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    const env = environment(folder, { SSL_CERT_FILE: rootFile });
    const webroot = path.join(folder, 'webroot');
    mkdirSync(webroot);
    await runCommand(['openssl', 'genrsa', '-out', accountKey, '4096'], env); // as its manual says
    await runCommand(['openssl', 'ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', key], env);
    const where = ['--directory-url', directoryUrl, '--acme-dir', webroot, '--disable-check', '--quiet'];
    const command = [path.join(python, 'acme-tiny'), ...where, '--account-key', accountKey, '--csr', request];
    return {
      async obtain(name) {
        const subject = ['-subj', '/', '-addext', `subjectAltName=DNS:${name}`];
        await runCommand(['openssl', 'req', '-new', '-key', key, ...subject, '-out', request], env);
        const server = createServer((asked, answer) => {
          answer.end(readFileSync(path.join(webroot, path.basename(asked.url ?? ''))));
        });
        server.listen(httpPort, '127.0.0.1');
        await once(server, 'listening');
        try {
          return await runCommand(command, env);
        } finally {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        }
      },
      close: nothing,
    };
  },
};

const caddyVersion = versionOf(['caddy', 'version'], /^v?([\d.]+)/);

/** A server, so measured from its start until the certificate is in its storage. */
const caddy: Peer = {
  name: 'caddy',
  version: caddyVersion,
  how: 'started for each certificate',
  open: (place) => Promise.resolve({ obtain: (name) => obtainWithCaddy(place, [name]), close: nothing }),
};

/** Starts Caddy with these names and stops it once it has a certificate for each. */
export async function obtainWithCaddy(place: Place, names: readonly string[]): Promise<Cost & { peakBytes: number }> {
  const { folder, directoryUrl, rootFile, httpPort, tlsPort } = place;
  const file = path.join(folder, 'Caddyfile');
  const storage = path.join(folder, 'caddy');
  const sites = names.map((name) => `${name} {\n  respond "ok"\n}\n`);
  writeFileSync(
    file,
    `{
  admin off
  acme_ca ${directoryUrl}
  acme_ca_root ${rootFile}
  http_port ${httpPort}
  https_port ${tlsPort}
  default_bind 127.0.0.1
  storage file_system ${storage}
  cert_issuer acme {
    disable_tlsalpn_challenge
  }
  log {
    output file ${folder}/caddy.log
  }
}
${sites.join('')}`,
  );
  const url = new URL(directoryUrl);
  // CertMagic's name for the folder of an authority.
  const folderName = `${url.host}${url.pathname}`.replaceAll(/[/:]/g, '-');
  const missing = new Set(names.map((name) => path.join(storage, 'certificates', folderName, name, `${name}.json`)));
  const beganMs = performance.now();
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: environment(folder),
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  try {
    while (missing.size > 0) {
      for (const one of missing) {
        if (!existsSync(one)) break;
        missing.delete(one);
      }
      if (child.exitCode !== null || performance.now() - beganMs > 900_000) throw new Error(`caddy: see ${folder}`);
      await pause(names.length > 1 ? 100 : 2);
    }
    return { wallMs: performance.now() - beganMs, cpuMs: cpuMsOf(child.pid!), peakBytes: peakBytes(child.pid!) };
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
}

export const peers: readonly Peer[] = [everyhop, checkout, inProcess, acmeTiny, caddy, certbot, lego];

import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Execution, execute } from '../../src/base/process.ts';
import { buildPebble, hasPebble } from './pebble.ts';
import { hasDebianRoot, makeDebianRoot } from './debian-root.ts';
import { buildOllama, hasOllama } from './ollama.ts';
import { hasNewerNginx, installNewerNginx } from './newer-nginx.ts';
import { zlint, zlintProgram } from './zlint.ts';

/** A program beyond npm that some tests need. */
export interface Tool {
  name: string;
  /** The tests that are skipped without it. */
  unlocks: string;
  /** The command to install it by hand. */
  command: string;
  isInstalled(): boolean;
  /** @throws Error with the last lines of the package manager's output */
  install(): Promise<void>;
}

const cache = path.resolve(import.meta.dirname, '../../.cache');

/** Contains Deno, Bun and axios. */
export const javascriptModules = path.join(cache, 'javascript', 'node_modules');

/** Debian's folder for `load_module`. */
export const nginxModules = '/usr/lib/nginx/modules';

/** Programs that fetch a URL. One uses the machine's trust store, the other compiled-in roots. */
export const rustClients = {
  nativeCerts: path.join(cache, 'rust/release/native-certs'),
  webpkiRoots: path.join(cache, 'rust/release/webpki-roots'),
};

export const tools = {
  chromium: debian('chromium', 'tests in a real browser', () => isProgram('/usr/bin/chromium')),
  certutil: debian('libnss3-tools', "tests of a browser's own trust store", () => onPath('certutil')),
  chineseFont: debian('fonts-wqy-microhei', 'screenshots in Chinese', () =>
    isReadable('/usr/share/fonts/truetype/wqy'),
  ),
  bind: debian('bind9', 'tests with a real name server', () => isProgram('/usr/sbin/named')),
  avahi: debian(
    'avahi-daemon libnss-mdns',
    'tests of names in the local network',
    () => isProgram('/usr/sbin/avahi-daemon') && existsNssMdns(),
  ),
  nginx: debian('nginx-light', 'tests with a real nginx', () => isProgram('/usr/sbin/nginx') || onPath('nginx')),
  nginxLua: debian('libnginx-mod-http-lua', 'tests of Lua in an nginx configuration', () =>
    isReadable(path.join(nginxModules, 'ngx_http_lua_module.so')),
  ),
  nginxStream: debian('libnginx-mod-stream', "tests of nginx's stream block", () =>
    isReadable(path.join(nginxModules, 'ngx_stream_module.so')),
  ),
  nginx126: nginxOf('trixie', 'nginx 1.26'),
  nginx130: nginxOf('forky', 'nginx 1.30'),
  openssl: debian('openssl', 'checks by OpenSSL', () => onPath('openssl')),
  zsh: debian('zsh', 'tests of completion in zsh', () => onPath('zsh')),
  fish: debian('fish', 'tests of completion in fish', () => onPath('fish')),
  haproxy: debian(
    'haproxy',
    'tests with a load balancer in front',
    () => onPath('haproxy') || isProgram('/usr/sbin/haproxy'),
  ),
  curl: debian('curl', 'tests with curl', () => onPath('curl')),
  wget: debian('wget', 'tests with wget', () => onPath('wget')),
  ruby: debian('ruby', 'tests with Ruby', () => onPath('ruby')),
  php: debian('php-cli php-curl', 'tests with PHP and its curl', () => onPath('php') && hasPhpCurl()),
  containerd: debian('containerd', "tests with containerd's client", () => onPath('ctr')),
  docker: debian('docker.io', "tests with Docker's daemon", () => onPath('dockerd') && onPath('docker')),
  nspawn: debian('systemd-container', 'tests in a separate machine', () => onPath('systemd-nspawn')),
  podman: debian('podman crun netavark aardvark-dns iptables', 'tests of the container image', () =>
    ['podman', 'crun', 'iptables'].every(onPath),
  ),
  podmanCompose: python('compose', 'tests of the Compose example', ['podman-compose']),
  lintian: debian('lintian', 'checks of the Debian package', () => onPath('lintian')),
  debianRoot: {
    name: 'a root file system of Debian 12',
    unlocks: 'tests of the packages and of the service, in a separate machine',
    command: 'npx node scripts/tools.ts, as root on Debian',
    isInstalled: hasDebianRoot,
    async install() {
      if (!onPath('debootstrap')) await installDebian('debootstrap');
      await makeDebianRoot();
    },
  },
  systemd: debian('systemd', 'tests of systemd units', () => onPath('systemd-analyze')),
  firefox: debian('firefox-esr', 'tests in Firefox', () => onPath('firefox-esr')),
  go: debian('golang-go', 'tests with a client in Go', () => onPath('go')),
  // A Rust version recent enough for the crates.
  cargo: debian('cargo-web', 'tests with cargo', () => onPath('cargo')),
  rustClients: {
    name: 'two clients in Rust',
    unlocks: 'tests of the trust of Rust programs',
    command: 'npx node scripts/tools.ts, with cargo installed',
    isInstalled: () => Object.values(rustClients).every(isProgram),
    async install() {
      const cwd = path.join(import.meta.dirname, 'rust-clients');
      const args = ['build', '--release', '--locked', '--quiet', '--target-dir', path.join(cache, 'rust')];
      succeed(await execute('cargo', args, { cwd, timeoutMs: 600_000 }));
    },
  },
  java: debian('default-jdk-headless', 'tests with Java and its keytool', () => onPath('java') && onPath('keytool')),
  pythonClients: python('clients', 'tests with httpx, requests and the Python openai client', [
    'httpx',
    'openai',
    'requests',
    'aiohttp',
    'grpcio',
    'huggingface_hub',
    'gradio_client',
    'boto3',
    'httpx2',
    'uv',
  ]),
  boringssl: python('boringssl', 'tests with clients built on BoringSSL', [
    'grpcio',
    'curl_cffi',
    'qdrant-client',
    'opentelemetry-exporter-otlp-proto-grpc',
  ]),
  // Their own environment: some change what others trust.
  pythonLibraries: python('libraries', 'tests with further network libraries of Python', [
    'httplib2',
    'grpclib',
    'pycurl',
    'confluent-kafka',
    'weaviate-client',
    'psycopg[binary]',
    'psycopg2-binary',
    'asyncpg',
    'websockets',
    'websocket-client',
    'redis',
    'pymongo',
    'elasticsearch',
    'treq',
    'tornado',
    'niquests',
  ]),
  age: debian('age', 'tests with the program age', () => onPath('age') && onPath('age-keygen')),
  aria2: debian('aria2', 'tests with aria2', () => onPath('aria2c')),
  wget2: debian('wget2', 'tests with wget2', () => onPath('wget2')),
  lftp: debian('lftp', 'tests with lftp', () => onPath('lftp')),
  gnutlsCli: debian('gnutls-bin', "tests with GnuTLS's client", () => onPath('gnutls-cli')),
  perl: debian('libwww-perl liblwp-protocol-https-perl', "tests with Perl's clients", () =>
    isReadable('/usr/share/perl5/LWP/Protocol/https.pm'),
  ),
  psql: debian('postgresql-client', "tests with PostgreSQL's client", () => onPath('psql')),
  // The versions that h2oGPT pins, and the packages of its outgoing requests.
  gradio: python('gradio', 'tests with a real Gradio app', [...requirementsOf('gradio'), 'openai', 'requests']),
  spdx: python('spdx', 'the check of the bill of materials', ['spdx-tools']),
  streamlit: python('streamlit', 'tests with a real Streamlit app', requirementsOf('streamlit')),
  javascript: {
    name: 'deno, bun, yarn and axios',
    unlocks: 'tests of the trust of Deno, Bun, yarn and axios',
    command: 'npx node scripts/tools.ts',
    isInstalled: () =>
      ['.bin/deno', '.bin/bun', 'yarn/bin/yarn.js', '@yarnpkg/cli-dist/bin/yarn.js'].every((name) =>
        isProgram(path.join(javascriptModules, name)),
      ),
    async install() {
      const folder = path.dirname(javascriptModules);
      await mkdir(folder, { recursive: true });
      // npm does not run install scripts of packages unasked; these two download their program on first use.
      const packages = ['deno@2', 'bun@1', 'axios@1', 'yarn@1', '@yarnpkg/cli-dist@4'];
      const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages];
      succeed(await execute('npm', args, { timeoutMs: 600_000, cwd: folder }));
      for (const name of ['deno', 'bun'])
        succeed(await execute(path.join(javascriptModules, '.bin', name), ['--version']));
    },
  },
  // Both refuse every Host but localhost's.
  guarded: python('guarded', 'tests with a real MCP server and a real Jupyter', [
    'mcp<2',
    'jupyter_server<3',
    'ipykernel',
  ]),
  ollama: {
    name: 'Ollama',
    unlocks: 'tests with a real Ollama',
    command: 'npx node scripts/tools.ts, with Go and a C++ compiler installed',
    isInstalled: hasOllama,
    install: buildOllama,
  },
  llama: python('llama', 'tests with a real LlamaDeploy', ['llama-deploy==0.9.2']),
  zlint: {
    name: 'zlint',
    unlocks: 'the checks by zlint',
    command: 'npx node scripts/tools.ts, with Go installed',
    isInstalled: () => isProgram(zlintProgram),
    install: async () => void (await zlint()),
  },
  pebble: {
    name: 'pebble',
    unlocks: 'tests with a real ACME authority',
    command: 'npx node scripts/tools.ts, with Go installed',
    isInstalled: hasPebble,
    install: buildPebble,
  },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/**
 * For the `skip` option of a test: false if all tools are installed, else a sentence with the missing ones and how to
 * install them. With `CI=true`, no test may be skipped.
 * @throws Error if one is missing with `CI=true`
 */
export function without(...names: ToolName[]): string | false {
  const missing = names.map((name) => tools[name]).filter((tool) => !tool.isInstalled());
  if (missing.length === 0) return false;
  const sentence = missing.map(({ name, command }) => `${name} is missing; to install it: ${command}`).join('; ');
  if (process.env['CI'] === 'true') throw new Error(sentence);
  return sentence;
}

type PythonEnvironment =
  | 'clients'
  | 'libraries'
  | 'boringssl'
  | 'gradio'
  | 'streamlit'
  | 'llama'
  | 'guarded'
  | 'spdx'
  | 'compose';

/** The Python of one of the environments above. */
export function pythonOf(name: PythonEnvironment): string {
  return path.join(cache, `python-${name}`, 'bin', 'python');
}

/** @param name one package, or several separated by spaces. */
export function debian(name: string, unlocks: string, isInstalled: () => boolean): Tool {
  return {
    name,
    unlocks,
    command: `sudo apt-get install --yes ${name}`,
    isInstalled,
    install: () => installDebian(name),
  };
}

/** The module's folder has the architecture in its name. */
function existsNssMdns(): boolean {
  return readdirSync('/usr/lib').some((folder) => isReadable(`/usr/lib/${folder}/libnss_mdns4_minimal.so.2`));
}

function hasPhpCurl(): boolean {
  const versions = isReadable('/etc/php') ? readdirSync('/etc/php') : [];
  return versions.some((version) => isReadable(`/etc/php/${version}/cli/conf.d/20-curl.ini`));
}

/** nginx of a newer Debian, unpacked beside the machine's. */
function nginxOf(suite: 'trixie' | 'forky', name: string): Tool {
  return {
    name,
    unlocks: `tests with ${name}`,
    command: 'npx node scripts/tools.ts, as root on Debian',
    isInstalled: () => hasNewerNginx(suite),
    async install() {
      if (!onPath('patchelf')) await installDebian('patchelf');
      await installNewerNginx(suite);
    },
  };
}

let listsUpdated: Promise<void> | undefined;

async function installDebian(name: string): Promise<void> {
  if (!isReadable('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error('only root on Debian can install it');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (...args: string[]): Promise<void> =>
    succeed(await execute('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, timeoutMs: 900_000 }));
  await (listsUpdated ??= apt('update'));
  await withoutServices(() => apt('install', '--yes', '--no-install-recommends', ...name.split(' ')));
}

/** Debian starts services on installation unless this file forbids it. Keeps an existing file. */
async function withoutServices(run: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  if (isReadable(policy)) return run();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run();
  } finally {
    rmSync(policy);
  }
}

/** The Python requirements of an example. */
function requirementsOf(example: string): string[] {
  const file = path.resolve(import.meta.dirname, `../../examples/${example}/requirements.txt`);
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function python(name: PythonEnvironment, unlocks: string, requirements: string[]): Tool {
  const folder = path.join(cache, `python-${name}`);
  const marker = path.join(folder, 'installed.txt');
  const wanted = requirements.join('\n');
  return {
    name: `Python: ${requirements[0]}`,
    unlocks,
    command:
      'npx node scripts/tools.ts, with Python 3.9 to 3.12 and its venv module installed (sudo apt-get install --yes python3-venv)',
    isInstalled: () => isReadable(marker) && readFileSync(marker, 'utf8') === wanted,
    async install() {
      rmSync(folder, { recursive: true, force: true });
      await mkdir(cache, { recursive: true });
      succeed(await execute(await findPython(), ['-m', 'venv', folder], { timeoutMs: 120_000 }));
      const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
      succeed(await execute(pythonOf(name), args, { timeoutMs: 900_000 }));
      writeFileSync(marker, wanted);
    },
  };
}

/** The pinned packages have wheels for these versions of Python. Debian has `venv` in a separate package. */
async function findPython(): Promise<string> {
  const probe = 'import sys, venv, ensurepip; sys.exit(not (3, 9) <= sys.version_info < (3, 13))';
  const find = async (): Promise<string | undefined> => {
    for (const program of ['python3.11', 'python3.12', 'python3.10', 'python3.9', 'python3']) {
      const found = onPath(program) && (await execute(program, ['-c', probe]));
      if (found && found.code === 0) return program;
    }
    return undefined;
  };
  const found = await find();
  if (found !== undefined) return found;
  await installDebian('python3-venv');
  const installed = await find();
  if (installed === undefined) throw new Error('there is no Python 3.9 to 3.12');
  return installed;
}

function succeed({ code, stdout, stderr }: Execution): void {
  if (code === 0) return;
  throw new Error((stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n'));
}

export function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => isProgram(path.join(folder, program)));
}

function isProgram(file: string): boolean {
  return isReadable(file, constants.X_OK);
}

function isReadable(file: string, mode = constants.R_OK): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

/** Installs the missing tools one by one. Returns those that cannot be installed, with the reason. */
export async function ensureTools(print: (line: string) => void): Promise<{ tool: Tool; reason: string }[]> {
  const missing: { tool: Tool; reason: string }[] = [];
  mkdirSync(cache, { recursive: true });
  for (const tool of Object.values<Tool>(tools)) {
    if (tool.isInstalled()) continue;
    print(`installing ${tool.name}, for ${tool.unlocks}`);
    try {
      await tool.install();
    } catch (error) {
      missing.push({ tool, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return missing;
}

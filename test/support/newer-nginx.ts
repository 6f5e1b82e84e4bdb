import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Execution, execute } from '../../src/base/process.ts';

const cache = path.resolve(import.meta.dirname, '../../.cache');
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const multiarch = 'usr/lib/x86_64-linux-gnu';

/** nginx of a newer Debian, beside the machine's: its program, and its folder for `load_module`. */
export interface NewerNginx {
  program: string;
  modules: string;
}

/** @param suite a Debian suite: `trixie` has nginx 1.26, `forky` 1.30 or later. */
export function newerNginx(suite: 'trixie' | 'forky'): NewerNginx {
  const root = path.join(cache, `nginx-${suite}`);
  return { program: path.join(root, 'usr/sbin/nginx'), modules: path.join(root, 'usr/lib/nginx/modules') };
}

/** True if it starts: the cache may have moved. */
export function hasNewerNginx(suite: 'trixie' | 'forky'): boolean {
  const { program } = newerNginx(suite);
  if (!existsSync(program)) return false;
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Unpacks the packages of nginx and its libraries from a Debian suite, without installing them: a separate apt knows only
 * that suite, and the program loads its libraries from the same folder. Needs `patchelf` and `dpkg-deb`.
 */
export async function installNewerNginx(suite: 'trixie' | 'forky'): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'everyhop-apt-'));
  try {
    const root = path.join(work, 'root');
    const debs = path.join(work, 'cache/archives');
    for (const folder of [root, path.join(debs, 'partial'), path.join(work, 'lists/partial')])
      await mkdir(folder, { recursive: true });
    const source = `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`;
    await writeFile(path.join(work, 'sources.list'), source);
    await writeFile(path.join(work, 'status'), '');
    const settings = {
      'Dir::State::Lists': path.join(work, 'lists'),
      'Dir::State::status': path.join(work, 'status'),
      'Dir::Cache': path.join(work, 'cache'),
      'Dir::Cache::archives': debs,
      'Dir::Etc::SourceList': path.join(work, 'sources.list'),
      'Dir::Etc::SourceParts': '/nonexistent',
      'APT::Sandbox::User': 'root',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = async (...args: string[]): Promise<void> =>
      succeed(await execute('apt-get', [...options, ...args], { timeoutMs: 600_000 }));
    await apt('update');
    await apt('install', '--yes', '--download-only', '--no-install-recommends', 'nginx', 'libnginx-mod-stream');
    for (const name of (await readdir(debs)).filter((one) => one.endsWith('.deb')))
      succeed(await execute('dpkg-deb', ['--extract', path.join(debs, name), root], { timeoutMs: 60_000 }));
    const target = path.join(cache, `nginx-${suite}`);
    const libraries = path.join(target, multiarch);
    const loader = ['--set-interpreter', path.join(libraries, 'ld-linux-x86-64.so.2')];
    const program = path.join(root, 'usr/sbin/nginx');
    succeed(await execute('patchelf', [...loader, '--force-rpath', '--set-rpath', libraries, program]));
    await rm(target, { recursive: true, force: true });
    await mkdir(cache, { recursive: true });
    await rename(root, target).catch(async () => succeed(await execute('cp', ['-a', root, target])));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The machine's own mirror, which has the other suites too. */
export async function debianMirror(): Promise<string> {
  const targets = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Component: main'];
  const { stdout } = await execute('apt-get', targets, { timeoutMs: 60_000 });
  const mirror = stdout.split('\n').find((uri) => uri !== '' && !uri.includes('security'));
  if (mirror === undefined) throw new Error('apt has no Debian mirror');
  return mirror;
}

function succeed({ code, stdout, stderr }: Execution): void {
  if (code !== 0) throw new Error((stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n'));
}

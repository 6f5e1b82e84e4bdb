/** Installs a sample on disk and starts nginx with it. */
import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { NewerNginx } from '../../support/newer-nginx.ts';
import { nginxProgram, type RunningNginx, startNginx } from '../../support/nginx.ts';
import { nginxModules } from '../../support/tools.ts';
import { temporaryFolder } from '../../support/up.ts';
import { quietPorts } from './ports.ts';
import type { SampleEnvironment, Sample, Tree } from './sample.ts';

const run = promisify(execFile);

export interface InstalledSample {
  at: SampleEnvironment;
  confFile: string;
  /** Command-line arguments that select this nginx. */
  args: string[];
  program: string;
}

/** The nginx of this machine. */
const usualNginx: NewerNginx = { program: nginxProgram, modules: nginxModules };

let snakeoil: Promise<SampleEnvironment['snakeoil']> | undefined;

/** Chooses folders and ports, and writes the files. */
export async function installSample(
  t: TestContext,
  sample: Pick<Sample, 'main' | 'tree'>,
  appPort: number,
  { program, modules } = usualNginx,
): Promise<InstalledSample> {
  const root = await temporaryFolder(t, 'corpus');
  const [http, second, tls] = (await quietPorts(3)) as [number, number, number];
  const own = path.join(root, 'run');
  const at: SampleEnvironment = {
    root,
    run: own,
    modules,
    http,
    second,
    tls,
    app: appPort,
    snakeoil: await (snakeoil ??= createSelfSigned()),
  };
  // Workers run as another user.
  await chmod(root, 0o755);
  await mkdir(own);
  await writeTree(root, sample.tree(at));
  const confFile = path.join(root, sample.main ?? 'etc/nginx/nginx.conf');
  return { at, confFile, args: ['--conf', confFile, '--nginx', program, '--prefix', own], program };
}

export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [name, entry] of Object.entries(tree)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) await writeFile(file, entry);
    else if ('link' in entry) await symlink(entry.link, file);
    else {
      await writeFile(file, entry.content);
      await chmod(file, entry.mode);
    }
  }
}

/** Starts nginx with an installed sample, as a daemon. */
export async function startWith(
  t: TestContext,
  { at, confFile, program }: InstalledSample,
  options: { program?: string } = {},
): Promise<RunningNginx> {
  return startNginx(t, { folder: at.run, conf: path.relative(at.run, confFile), daemon: true, program, ...options });
}

/** All files, folders and links except those of the running nginx, with kind, mode, owner, and contents or target. */
export async function snapshot(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      const name = path.relative(root, file);
      if (name === 'run') continue;
      const { mode, uid, gid } = await lstat(file);
      const head = `${mode.toString(8)} ${uid}:${gid}`;
      if (entry.isSymbolicLink()) found[name] = `${head} -> ${await readlink(file)}`;
      else if (entry.isDirectory()) {
        found[`${name}/`] = head;
        await look(file);
      } else found[name] = `${head} ${await readFile(file, 'latin1')}`;
    }
  };
  await look(root);
  return found;
}

async function createSelfSigned(): Promise<SampleEnvironment['snakeoil']> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-snakeoil-'));
  try {
    const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=snakeoil'];
    await run('openssl', [...made, '-keyout', key, '-out', certificate]);
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

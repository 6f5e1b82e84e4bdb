/**
 * Whole commands: a bundle of the system's roots and 200 private ones compared with other tools' output from the same input,
 * and the time that `everyhop run` adds to the start of a program.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeRoot } from '../../test/trust/bundle/roots.ts';

const rounds = 17;
const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

/** @returns the lines of two tables. */
export function measureCommands(folder: string): string {
  const privates = path.join(folder, 'privates');
  mkdirSync(privates);
  for (let at = 0; at < 200; at += 1)
    writeFileSync(path.join(privates, `root-${at}.crt`), makeRoot({ from: -6000, until: 1000 }).pem); // covers the present as well as the tests' fixed date
  const env = { PATH: process.env['PATH'], HOME: folder };
  const run = (program: string, args: string[]) => (): void =>
    void execFileSync(program, args, { env, stdio: 'ignore' });
  const state = ['--state', path.join(folder, 'state')];
  let round = 0;
  const bundling: Record<string, () => void> = {
    'everyhop trust bundle': () =>
      run(process.execPath, [
        everyhop,
        'trust',
        'bundle',
        ...state,
        '--root',
        privates,
        '--out',
        path.join(folder, `out-${round}`),
      ])(),
    'update-ca-certificates': () => debian(folder, privates, env),
    'cat of the files, no checks': run('/bin/sh', [
      '-c',
      `cat /etc/ssl/certs/ca-certificates.crt ${privates}/* > ${folder}/cat.pem`,
    ]),
  };
  if (spawnSync('trust', ['--help']).error === undefined) {
    bundling['trust extract (p11-kit), the system alone'] = run('trust', [
      'extract',
      '--overwrite',
      '--format=pem-bundle',
      '--filter=ca-anchors',
      path.join(folder, 'p11.pem'),
    ]);
  }
  const starting: Record<string, () => void> = {
    true: run('true', []),
    'everyhop run -- true': run(process.execPath, [everyhop, 'run', ...state, '--', 'true']),
    'node alone': run(process.execPath, ['--eval', '0']),
  };
  const figures = new Map<string, { wallMs: number[]; cpuMs: number[] }>();
  for (; round <= rounds; round += 1) {
    for (const [name, work] of Object.entries({ ...bundling, ...starting })) {
      const [start, spent] = [performance.now(), childrenCpuMs()];
      work();
      if (round === 0) continue; // warms the caches
      const { wallMs, cpuMs } = figures.get(name) ?? { wallMs: [], cpuMs: [] };
      figures.set(name, { wallMs: [...wallMs, performance.now() - start], cpuMs: [...cpuMs, childrenCpuMs() - spent] });
    }
  }
  const table = (title: string, names: string[]): string => {
    const of = (name: string): [wallMs: number, cpuMs: number] => {
      const { wallMs, cpuMs } = figures.get(name)!;
      return [median(wallMs), mean(cpuMs)];
    };
    const ours = of(names.find((name) => name.startsWith('everyhop'))!);
    const rows = names.map((name) => {
      const [wallMs, cpuMs] = of(name);
      const ratio = (own: number, theirs: number): string => (theirs === 0 ? '' : (own / theirs).toFixed(2));
      const ratios = `${ratio(ours[0], wallMs)} | ${ratio(ours[1], cpuMs)}`;
      return `| ${name} | ${wallMs.toFixed(0)} | ${cpuMs.toFixed(0)} | ${ratios} |`;
    });
    const head = `| ${title} | ms, median | CPU ms, mean | everyhop : this | by CPU |\n|---|---|---|---|---|\n`;
    return `${head}${rows.join('\n')}\n`;
  };
  return `${table('The system’s roots and 200 private ones', Object.keys(bundling))}\n${table('A start', Object.keys(starting))}`;
}

/** Runs in separate folders and leaves the machine's alone. */
function debian(folder: string, privates: string, env: NodeJS.ProcessEnv): void {
  const [local, out] = [path.join(folder, 'local'), path.join(folder, 'etc')];
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  mkdirSync(path.join(folder, 'hooks'), { recursive: true });
  rmSync(local, { recursive: true, force: true });
  mkdirSync(local);
  for (const name of readdirSync(privates)) symlinkSync(path.join(privates, name), path.join(local, name));
  const folders = ['--localcertsdir', local, '--etccertsdir', out, '--hooksdir', path.join(folder, 'hooks')];
  execFileSync('update-ca-certificates', folders, { env, stdio: 'ignore' });
}

/** CPU time of all finished child processes and their own children; Linux counts in hundredths of a second. */
function childrenCpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10; // cutime, cstime (proc(5) 16 and 17)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

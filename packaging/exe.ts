/** Builds the single executable into `build/`: `npm run build:exe [-- --arch x64|arm64]`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from './exe/bundle.ts';

import { includeLibatomic } from './exe/libatomic.ts';
import { type Architecture, nodeExecutable } from './exe/node.ts';
import { strip } from './exe/strip.ts';

const { values } = parseArgs({ options: { arch: { type: 'string' } } });
const architecture = (values.arch ?? process.arch) as Architecture;
if (architecture !== 'x64' && architecture !== 'arm64') throw new Error(`--arch is x64 or arm64, not ${values.arch}`);

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const target = path.join(root, 'build');
mkdirSync(target, { recursive: true });
const name = `everyhop-${version}-linux-${architecture}`;
/** Few threads: one worker per core. */
const nodeOptions = ['--single-threaded-gc'];
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-exe-'));
try {
  const node = nodeExecutable(architecture);
  const { code } = await bundle();
  writeFileSync(path.join(folder, 'everyhop.mjs'), code);
  const executable = strip(readFileSync(node.file));
  includeLibatomic(executable);
  writeFileSync(path.join(folder, 'node'), executable, { mode: 0o755 });
  // Names of files become part of the result, so they are relative.
  const settings = {
    main: 'everyhop.mjs',
    mainFormat: 'module',
    executable: 'node',
    output: name,
    disableExperimentalSEAWarning: true,
    // The cache holds only for the architecture that made it.
    useCodeCache: architecture === process.arch,
    // Nothing from the command line or NODE_OPTIONS is an option of Node.
    execArgvExtension: 'none',
    execArgv: nodeOptions,
  };
  writeFileSync(path.join(folder, 'sea.json'), JSON.stringify(settings));
  // V8 accepts the code cache only under the flags that it was made with.
  execFileSync(nodeExecutable(process.arch as Architecture).file, [...nodeOptions, '--build-sea', 'sea.json'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  chmodSync(path.join(folder, name), 0o755);
  cpSync(path.join(folder, name), path.join(target, `${name}.new`));
  renameSync(path.join(target, `${name}.new`), path.join(target, name));
  writeSums(target);
  const { size } = statSync(path.join(target, name));
  process.stdout.write(`build/${name}: ${(size / 1e6).toFixed(1)} MB, Node ${node.version}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of all files of this version, in the format of sha256sum. */
function writeSums(target: string): void {
  const files = readdirSync(target).filter((file) => file.startsWith(`everyhop-${version}`) && !file.endsWith('.new'));
  const lines = files.toSorted().map((file) => {
    const sum = createHash('sha256')
      .update(readFileSync(path.join(target, file)))
      .digest('hex');
    return `${sum}  ${file}\n`;
  });
  writeFileSync(path.join(target, 'SHA256SUMS'), lines.join(''));
}

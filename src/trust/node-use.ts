import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readBinary } from './binary.ts';
import type { Use, UsedPackage } from './used-packages.ts';

/** Packages that bring a TLS client of another kind: a browser, or a program that they download. */
const foreign = new Set(['playwright', 'playwright-core', 'puppeteer', 'puppeteer-core', 'electron', 'cycletls']);
const mostPackages = 2_000;
/** Folders of a package in which native modules are. */
const nativeFolders = ['', 'build/Release', 'build', 'prebuilds', 'bin', 'lib', 'dist'];

/**
 * The packages that a project has in `dependencies`, with theirs, as installed in `node_modules`. All of them use Node's TLS, except
 * those with a native module that verifies by itself.
 * @param start a file of the project.
 */
export async function nodeUse(start: string): Promise<Use> {
  const project = projectOf(path.dirname(path.resolve(start)));
  const packages = new Map<string, UsedPackage>();
  const lacking: string[] = [];
  const waiting = project === undefined ? [] : dependenciesOf(await manifestIn(project), project);
  for (let next = waiting.pop(); next && packages.size < mostPackages; next = waiting.pop()) {
    const folder = folderOf(next.name, next.from);
    if (folder === undefined) {
      if (next.from === project && !next.isOptional) lacking.push(next.name);
      continue;
    }
    if (packages.has(folder)) continue;
    const manifest = await manifestIn(folder);
    const verifiesIn = foreign.has(next.name) ? 'package.json' : await nativeTlsIn(folder);
    packages.set(folder, { name: next.name, version: manifest.version ?? '', modules: [next.name], verifiesIn });
    waiting.push(...dependenciesOf(manifest, folder));
  }
  return {
    packages: [...packages.values()],
    imports: [],
    lacking,
    unfinished: packages.size >= mostPackages,
    isKnown: project !== undefined,
  };
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

async function manifestIn(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

interface Dependency {
  name: string;
  from: string;
  isOptional: boolean;
}

function dependenciesOf({ dependencies = {}, optionalDependencies = {} }: Manifest, from: string): Dependency[] {
  const optional = Object.keys(optionalDependencies);
  return [...Object.keys(dependencies), ...optional].map((name) => ({
    name,
    from,
    isOptional: optional.includes(name),
  }));
}

function projectOf(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, 'package.json'))) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

/** As Node looks for it. */
function folderOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (existsSync(folder)) return folder;
    if (path.dirname(at) === at) return undefined;
  }
}

async function nativeTlsIn(folder: string): Promise<string | null> {
  for (const inside of nativeFolders) {
    const entries = await readdir(path.join(folder, inside), { recursive: inside === 'prebuilds' }).catch(() => []);
    for (const entry of entries.filter((name) => name.endsWith('.node'))) {
      const facts = await readBinary(path.join(folder, inside, entry));
      if (facts && (facts.ownRoots || facts.libraries.length > 0 || facts.hasTls)) return path.join(inside, entry);
    }
  }
  return null;
}

/** How the user started this program: as the single executable, with npm, npx, a command on the PATH, or Node. */
import { existsSync, fstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isSingleExecutable } from '../base/executable.ts';
import { type Invocation, shellWord } from '../base/invocation.ts';
import { isCached, isInstalled, packageFolder } from './installation.ts';
import { npmStart, type NpmStart } from './npm.ts';
import { isSameFile, programFile, searchFolders } from './search-path.ts';

export type { NpmStart } from './npm.ts';

const binary = path.join(packageFolder, 'bin/everyhop.js');

/**
 * Makes this process run as if the user had started it without npm: in their folder, with their environment. To be called before
 * anything reads either.
 * @returns npm's part in the start; undefined if it had none.
 */
export function leaveNpm(): NpmStart | undefined {
  const started = isSingleExecutable ? undefined : npmStart(process.env, packageFolder);
  if (started === undefined) return undefined;
  for (const name of Object.keys(process.env)) if (!(name in started.env)) delete process.env[name];
  Object.assign(process.env, started.env);
  try {
    process.chdir(started.folder);
  } catch {
    // The folder no longer exists; the one from npm does.
  }
  return started;
}

/** The name of the program for the commands that it prints. The state folder is known only after the arguments are read. */
export function currentInvocation(npm: NpmStart | undefined, env: NodeJS.ProcessEnv): Invocation {
  if (isSingleExecutable) return executableInvocation(env);
  const npx = npm?.kind === 'npx' && isInstalled();
  return {
    program: npx ? 'npx everyhop' : npm?.kind === 'script' ? npmProgram() : programOnPath(env),
    absolute: npx && isCached() ? npxFromAnywhere() : [durableNode(env), binary],
    isDefaultState: true,
  };
}

/** A link on the PATH leads to the next version after an upgrade; the file itself may not. */
function executableInvocation(env: NodeJS.ProcessEnv): Invocation {
  const names = ['everyhop', path.basename(process.argv0), path.basename(process.execPath)];
  const file = names
    .map((name) => programFile(name, env))
    .find((found) => found !== undefined && isSameFile(found, process.execPath));
  return {
    program: file === undefined ? shellWord(process.execPath) : path.basename(file),
    absolute: [file ?? process.execPath],
    isDefaultState: true,
  };
}

/** `npm run` works in the checkout only; elsewhere npm needs its folder. */
function npmProgram(): string {
  const nearest = nearestPackage(process.cwd());
  const isHere = nearest !== undefined && realpathSync(nearest) === realpathSync(packageFolder) && !isService();
  return isHere ? 'npm run -s everyhop --' : `npm --prefix ${shellWord(packageFolder)} run -s everyhop --`;
}

function nearestPackage(folder: string): string | undefined {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : nearestPackage(parent);
}

function programOnPath(env: NodeJS.ProcessEnv): string {
  const folders = searchFolders(env);
  const isOurs = (folder: string): boolean => isSameFile(path.join(folder, 'everyhop'), binary);
  if (folders.some((folder) => isOurs(folder) && !isPackageBin(folder))) return 'everyhop';
  // A dependency of the user's project: its scripts find `everyhop`, the user's shell does not.
  if (folders.some(isOurs) && isInstalled()) return 'npx everyhop';
  const node = folders.some((folder) => isSameFile(path.join(folder, 'node'), process.execPath));
  return [node && !isService() ? 'node' : process.execPath, binary].map(shellWord).join(' ');
}

function isPackageBin(folder: string): boolean {
  return folder.endsWith(path.join('node_modules', '.bin'));
}

/** npx needs Node on the PATH, and may have to install the package again. */
function npxFromAnywhere(): string[] {
  const search = [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return ['/usr/bin/env', `PATH=${search.join(':')}`, 'npx', '--yes', 'everyhop'];
}

/** Homebrew deletes the folder of this Node with its next upgrade, but keeps the link on the PATH. */
function durableNode(env: NodeJS.ProcessEnv): string {
  if (!process.execPath.includes('/Cellar/')) return process.execPath;
  const links = searchFolders(env).map((folder) => path.join(folder, 'node'));
  return links.find((link) => isSameFile(link, process.execPath)) ?? process.execPath;
}

/** True if standard error goes to the journal (systemd.exec(5), JOURNAL_STREAM): its readers are in another folder. */
function isService(): boolean {
  const { dev, ino } = fstatSync(2);
  return process.env['JOURNAL_STREAM'] === `${dev}:${ino}`;
}

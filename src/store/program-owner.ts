/** Finds the other users who could change the program of a timer or service of root. */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { EveryhopError } from '../base/errors.ts';
import { shellWord } from '../base/invocation.ts';
import type { Phrase } from '../base/language.ts';
import { listOf } from '../base/messages.ts';
import { currentRunner, type Runner } from './folder-owner.ts';
import { storeError, storeWords } from './messages.ts';

/** A file or folder through which another user could change what a command runs. */
export interface ForeignPlace {
  /** Absolute. */
  at: string;
  who: Phrase;
  /** Only the user who became root by sudo could do it, who can become root again. */
  isSudoUser: boolean;
}

/** The texts of /etc/passwd and /etc/group. */
export interface Accounts {
  passwd: string;
  group: string;
}

const stickyBit = 0o1000;
/** The part of a checkout that runs. The rest (tests, `.git`) is never loaded. */
const loaded = ['bin', 'dist', 'src', 'node_modules', 'package.json'];
const reported = 5;

/**
 * The places through which a user other than root and the runner could change what a command runs: program, script, the packages
 * beside it, links on the way, and all folders above them. Reads only metadata.
 * @param command words of a unit's ExecStart or of a line of cron: absolute paths of the program and its script, or
 *   `/usr/bin/env PATH=… npx`. Further arguments are ignored.
 * @returns the first five, outermost first; a folder stands for its content.
 */
export function foreignPlaces(
  command: readonly string[],
  runner: Runner = currentRunner(),
  accounts: Accounts = systemAccounts(),
): ForeignPlace[] {
  return foreignAmong(filesOf(command), runner, accounts);
}

/**
 * The same for files, with all that folders among them contain, and for `folders` without their content.
 * @param places absolute paths.
 */
export function foreignAmong(
  { files = [], folders = [] }: { files?: readonly string[]; folders?: readonly string[] },
  { uid = 0, sudoUid }: Runner = currentRunner(),
  accounts: Accounts = systemAccounts(),
): ForeignPlace[] {
  const found = new Map<string, ForeignPlace>();
  const seen = new Set<string>();
  const examine = (file: string, stats: Stats, isAbove: boolean): void => {
    const who = outsiderOf(stats, isAbove, [0, uid], accounts);
    if (who) found.set(file, { at: file, who: who.phrase, isSudoUser: who.uid !== undefined && who.uid === sudoUid });
  };
  const walk = (file: string, isAbove: boolean): void => {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    const visit = `${isAbove} ${file}`;
    if (seen.has(visit) || !stats) return;
    seen.add(visit);
    if (stats.isSymbolicLink()) return follow(path.resolve(path.dirname(file), readlinkSync(file)), isAbove);
    examine(file, stats, isAbove);
    if (isAbove || found.has(file) || !stats.isDirectory()) return;
    for (const name of readdirSync(file)) if (found.size < reported) walk(path.join(file, name), false);
  };
  /** A path from the root down: every folder above, every link, and at its end the file or the folder's content. */
  const follow = (file: string, isAbove = false): void => {
    const folders = path.dirname(file).split(path.sep).filter(Boolean);
    for (let depth = 0; depth <= folders.length; depth += 1) walk(`/${folders.slice(0, depth).join('/')}`, true);
    if (found.size < reported) walk(file, isAbove);
  };
  for (const folder of folders) follow(folder, true);
  for (const file of files) follow(file);
  return [...found.values()].slice(0, reported);
}

/**
 * The same as an error with the command that mends it; undefined if nobody else could change the program.
 * @param places of `foreignPlaces`.
 */
export function foreignProgram(command: readonly string[], places: readonly ForeignPlace[]): EveryhopError | undefined {
  const [first] = places;
  if (!first) return undefined;
  const at = listOf(places.map((place) => place.at));
  return storeError('store.foreign-program', { at, who: first.who, ...mending(command, places) });
}

const copyFolder = '/opt/everyhop';

/**
 * Gives the package to root where only its own files are foreign, and makes a copy elsewhere in all other cases.
 * @returns the command that does so, and the program to use from then on.
 */
function mending(command: readonly string[], places: readonly ForeignPlace[]): { command: string; program: string } {
  const [program = '', script] = command;
  if (command.some((word) => word.startsWith('PATH=')))
    return {
      command: 'sudo env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin npm install -g everyhop',
      program: 'sudo everyhop',
    };
  if (script === undefined || !path.isAbsolute(script))
    return {
      command: `sudo install -m 755 ${shellWord(program)} /usr/local/bin/everyhop`,
      program: 'sudo /usr/local/bin/everyhop',
    };
  const tree = treeOf(script);
  const give = (folder: string): string => `sudo chown -R root: ${folder} && sudo chmod -R go-w ${folder}`;
  if (places.every(({ at }) => contains(tree, at)))
    return { command: give(shellWord(tree)), program: `sudo ${shellWord(program)} ${shellWord(script)}` };
  const copiesNode = places.some(({ at }) => contains(at, program) && !contains(tree, program));
  const copy = path.join(copyFolder, path.basename(tree) === 'node_modules' ? 'node_modules' : '');
  const words = [
    `sudo mkdir -p ${copy}`,
    `sudo cp -RL ${shellWord(tree)}/. ${copy}`,
    ...(copiesNode ? [`sudo cp ${shellWord(program)} ${copyFolder}/node`] : []),
    give(copyFolder),
  ];
  const node = copiesNode ? `${copyFolder}/node` : shellWord(program);
  const copied = shellWord(path.join(copy, path.relative(tree, script)));
  return { command: words.join(' && '), program: `sudo ${node} ${copied}` };
}

function contains(folder: string, file: string): boolean {
  return file === folder || file.startsWith(`${folder === '/' ? '' : folder}/`);
}

/** The folder that holds a script and all its packages: the outermost `node_modules`, or the checkout. */
function treeOf(script: string): string {
  const outermost = script.indexOf('/node_modules/');
  if (outermost >= 0) return script.slice(0, outermost + '/node_modules'.length);
  for (let folder = path.dirname(script); folder !== '/'; folder = path.dirname(folder))
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  return path.dirname(script);
}

/** @returns `folders`: the search path of the command, of which only the folders themselves matter. */
function filesOf(command: readonly string[]): { files: string[]; folders: string[] } {
  const [program = '', second] = command;
  const search = (command.find((word) => word.startsWith('PATH=')) ?? 'PATH=').slice('PATH='.length);
  const folders = search.split(':').filter((folder) => path.isAbsolute(folder));
  if (folders.length > 0) {
    const sought = command.find((word) => !word.includes('/') && !word.startsWith('-')) ?? '';
    const named = ['node', sought].flatMap((name) => folders.map((folder) => path.join(folder, name)));
    return { files: [program, ...named.filter((file) => existsSync(file))], folders };
  }
  if (second === undefined || !path.isAbsolute(second)) return { files: [program], folders };
  const tree = treeOf(second);
  const isPackages = path.basename(tree) === 'node_modules';
  return { files: [program, second, ...(isPackages ? [tree] : loaded.map((name) => path.join(tree, name)))], folders };
}

/** A user outside `trusted` who may write; for several users, a phrase without `uid`. */
function outsiderOf(
  { uid, gid, mode }: Stats,
  isAbove: boolean,
  trusted: readonly number[],
  accounts: Accounts,
): { phrase: Phrase; uid?: number } | undefined {
  const users = rowsOf(accounts.passwd).map(([name = '', , id, group]) => ({
    name,
    uid: Number(id),
    gid: Number(group),
  }));
  if (!trusted.includes(uid)) {
    const name = users.find((user) => user.uid === uid)?.name ?? '?';
    return { phrase: storeWords('store.writer.owner', { name, uid }), uid };
  }
  // In a sticky folder such as /tmp, others cannot replace what belongs to root.
  if (isAbove && (mode & stickyBit) !== 0) return undefined;
  if ((mode & 0o002) !== 0) return { phrase: storeWords('store.writer.all', {}) };
  if ((mode & 0o020) === 0 || gid === 0) return undefined;
  const group = rowsOf(accounts.group).find((fields) => Number(fields[2]) === gid);
  const listed = (group?.[3] ?? '').split(',').filter(Boolean);
  const members = users.filter((user) => user.gid === gid || listed.includes(user.name));
  if (group && listed.length <= members.length && members.every((user) => trusted.includes(user.uid))) return undefined;
  return { phrase: storeWords('store.writer.group', { name: group?.[0] ?? '?', gid }) };
}

function rowsOf(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

/** On macOS, these files do not tell who is in a group: every group then counts. */
function systemAccounts(): Accounts {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  return { passwd: read('/etc/passwd'), group: process.platform === 'linux' ? read('/etc/group') : '' };
}

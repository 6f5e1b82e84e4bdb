/** Settings of the environment that weaken this program: found, removed where possible, and reported. */
import path from 'node:path';
import { baseError, baseWords } from '../base/messages.ts';
import {
  type GivenEnvironment,
  takeGivenEnvironment,
  type Weakening,
  weakenings,
  withoutWeakenings,
} from '../base/start-environment.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import { currentRunner, type Runner } from '../store/folder-owner.ts';
import { foreignAmong } from '../store/program-owner.ts';
import { type NpmStart, leaveNpm } from './invocation.ts';

export interface Surroundings {
  /** npm's part in the start; undefined if it had none. */
  npm: NpmStart | undefined;
  /** As the user gave it. `process.env` lacks the settings that weaken. */
  env: NodeJS.ProcessEnv;
  findings: Finding[];
}

/** Makes this process independent of npm and of settings that weaken it. To be called before anything reads the environment. */
export function settleIn(): Surroundings {
  const given = takeGivenEnvironment();
  const npm = leaveNpm();
  const env = given.restore(process.env);
  const runner = currentRunner(env);
  const foreign = foreignFolders(env, runner);
  const cleaned = withoutWeakenings(env);
  if (foreign.length > 0)
    cleaned['PATH'] = foldersOf(env)
      .filter((folder) => !foreign.includes(folder))
      .join(':');
  // Files that root hands to other programs, such as the root to install.
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) {
    if (env[name] && runner.uid === 0 && isForeignFolder(env[name], runner)) delete cleaned[name];
  }
  for (const name of Object.keys(process.env)) if (cleaned[name] === undefined) delete process.env[name];
  Object.assign(process.env, cleaned);
  return { npm, env, findings: [...weakeningFindings(env, given), ...foreignFindings(env, foreign)] };
}

/** A setting that Node.js obeyed at its start is in force if this process still has it. */
export function weakeningFindings(
  env: NodeJS.ProcessEnv,
  { execArgv, inForce }: Pick<GivenEnvironment, 'execArgv' | 'inForce'>,
): Finding[] {
  return weakenings(env, execArgv).map((weakening) => {
    const { variable, option, harm } = weakening;
    const words = baseWords(`environment.harm.${harm as Exclude<typeof harm, 'quiet-code'>}`, {});
    const setting = settingOf(weakening, env);
    if (inForce(weakening)) return new Fault('error', baseError('environment.in-force', { setting, harm: words }));
    return new Fault(
      'warning',
      variable === undefined
        ? baseError('environment.node-option', { option: option!, harm: words })
        : baseError('environment.weakening', { setting, name: variable, harm: words }),
    );
  });
}

/** `NODE_OPTIONS (--tls-keylog)`. Values are left out: they may be secret. */
function settingOf({ variable, option, harm }: Weakening, env: NodeJS.ProcessEnv): string {
  if (variable === undefined) return `node ${option}`;
  if (option !== undefined) return `${variable} (${option})`;
  return harm === 'unverified' ? `${variable}=${env[variable]}` : variable;
}

const libraryVariables = ['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'];
const libraryFolders = ['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

/** For root: files of other users that the environment makes it use. */
function foreignFindings(env: NodeJS.ProcessEnv, foreign: readonly string[]): Finding[] {
  const runner = currentRunner(env);
  if (runner.uid !== 0) return [];
  const libraries = [
    ...libraryVariables.filter((name) => env[name]),
    ...libraryFolders.filter((name) => env[name]?.split(':').some((folder) => isForeignFolder(folder, runner))),
  ];
  const roots = ['SSL_CERT_FILE', 'SSL_CERT_DIR'].flatMap((name) =>
    (env[name] ?? '')
      .split(name === 'SSL_CERT_DIR' ? ':' : '\0')
      .filter((file) => file !== '' && isForeign({ files: [path.resolve(file)] }, runner))
      .map((file) => ({ name, file })),
  );
  return [
    ...libraries.map((name) => baseError('environment.foreign-library', { name, value: env[name]! })),
    ...roots.map(({ name, file }) => baseError('environment.foreign-roots', { name, file })),
    ...(foreign.length > 0
      ? [baseError('environment.foreign-path', { folders: foreign.map((one) => one || '""').join(' ') })]
      : []),
  ].map((error) => new Fault('warning', error));
}

/** The folders of root's PATH in which other users could place programs. */
function foreignFolders(env: NodeJS.ProcessEnv, runner: Runner): string[] {
  return runner.uid === 0 ? foldersOf(env).filter((folder) => isForeignFolder(folder, runner)) : [];
}

function foldersOf(env: NodeJS.ProcessEnv): string[] {
  return env['PATH']?.split(path.delimiter) ?? [];
}

/** A relative folder means another one in each working folder. */
function isForeignFolder(folder: string, runner: Runner): boolean {
  return !path.isAbsolute(folder) || isForeign({ folders: [folder] }, runner);
}

/** The user who became root by sudo may: that user can become root again. */
function isForeign(places: Parameters<typeof foreignAmong>[0], runner: Runner): boolean {
  return foreignAmong(places, runner).some(({ isSudoUser }) => !isSudoUser);
}

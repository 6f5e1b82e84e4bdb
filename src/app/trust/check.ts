/** Tests which servers a command will trust, with the command's own interpreter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Authority } from '../../authority/authority.ts';
import { execute } from '../../base/process.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import { openSqlite } from '../../store/sqlite.ts';
import { makeBundle } from '../../trust/bundle.ts';
import { publishBundle } from '../../trust/publication.ts';
import { resultOf, type Trial, type TrialResult, tryHops } from '../../trust/check.ts';
import type { Setting, Trap } from '../../trust/consumer.ts';
import { consumers, consumersOf } from '../../trust/consumers.ts';
import { isUsed, untestedOf } from '../../trust/coverage.ts';
import { trustVariables } from '../../trust/environment.ts';
import { trialFinding, trapFinding, weakeningFinding } from '../../trust/findings.ts';
import { commandId, placeholder, tryCommand, tryCommandAt } from '../../trust/live.ts';
import {
  publicIdentity,
  type RehearsalIdentity,
  type RehearsalServer,
  startRehearsalServer,
} from '../../trust/rehearsal.ts';
import { type Command, recognise } from '../../trust/runtime.ts';
import { readSettings } from '../../trust/settings.ts';
import { useOf } from '../../trust/use.ts';
import { findWeakenings, type Weakening, weakeningsInSettings } from '../../trust/weakening.ts';
import { wgetrcFor } from '../../trust/wgetrc.ts';
import { clock, random } from '../system.ts';
import { mountBundle } from './mount.ts';
import { type ProcessTrust, prepareTrust } from './prepare.ts';
import type { TrustOptions } from './sources.ts';

export interface TrustCheck {
  trust: ProcessTrust;
  command: Command;
  results: TrialResult[];
  weakenings: Weakening[];
  /** Of the consumers that were tested, and of those that cannot be. */
  traps: { consumer: string; trap: Trap }[];
  /** Libraries that the program uses for TLS, and that were not tested. */
  untested: string[];
  /**
   * `proven`: all that the program uses was tested, and verifies. `tried`: nothing failed, but not all was tested, or the code chooses
   * its own roots. `failed`: a test failed, nothing could be tested, or verification is disabled.
   */
  verdict: 'proven' | 'tried' | 'failed';
  /** Settings of consumers for which variables alone are not enough. */
  settings: { consumer: string; setting: Setting }[];
  /** From failed trials, weakenings and traps. `trust.findings` has those of the environment. */
  findings: Finding[];
}

export interface CheckOptions {
  /** Tests the command as `run --mount` starts it. */
  mount: boolean;
  /** Called when the trials of a program or library begin, with its name. */
  onTrial?: ((consumer: string) => void) | undefined;
}

/**
 * Tests the libraries that the command uses, or all that its interpreter can load. With the bundle, private hops and a public one must verify;
 * without it, the private hop must fail, which shows that the library verifies at all. If the command contains `{url}`, it is
 * tested too.
 * @param urls the user's private hops, in addition to the server started for the test.
 */
export async function checkTrust(
  options: TrustOptions & CheckOptions,
  command: readonly string[],
  urls: readonly string[],
): Promise<TrustCheck> {
  const trust = await prepareTrust(options);
  const recognised = await recognise(command, options.env);
  const { program, interpreter, runtime, script, starts } = recognised;
  // A package manager runs the code of the project in this folder.
  const code = script ?? (starts && path.resolve('package.json'));
  const runtimes = [...(runtime && interpreter ? [{ runtime, interpreter }] : []), ...(starts ? [starts] : [])];
  const use = await useOf(recognised, process.cwd(), options.env, execute);
  const candidates = runtimes.map((one) => ({
    ...one,
    consumers: consumersOf(one.runtime).filter((consumer) => isUsed(consumer, use)),
  }));
  const isPointed = program !== undefined && command.some((word) => word.includes(placeholder));
  const results = await rehearse(trust, options, urls, async (rehearsal) => {
    if (isPointed) options.onTrial?.(command[0]!);
    const itself = isPointed ? await tryItself(command, rehearsal) : [];
    const tried = candidates.map((one) =>
      tryHops(one.interpreter, one.consumers, rehearsal.trials, execute, options.onTrial),
    );
    return [...itself, ...(await Promise.all(tried)).flat()];
  });
  const seen = new Set(results.map(({ consumer }) => consumer));
  const concerned = candidates
    .flatMap((one) => one.consumers)
    // For Rust, the binary itself shows which of the two kinds it is.
    .filter(({ id, runtime: of, probe }) => seen.has(id) || (probe === undefined && of !== 'rust'));
  const weakenings = [
    ...(code === undefined ? [] : await findWeakenings(code)),
    ...weakeningsInSettings(
      readSettings(options.env, process.cwd()),
      runtimes.map((one) => one.runtime),
    ),
  ];
  const traps = concerned.flatMap(({ id, traps }) => traps.map((trap) => ({ consumer: id, trap })));
  const { full } = trust.paths;
  const findings: Finding[] = [
    ...results.filter(({ ok }) => !ok).map((result) => trialFinding(result, full)),
    ...weakenings.map((weakening) => weakeningFinding(weakening, trust.paths)),
    ...[...Map.groupBy(traps, ({ trap }) => trap)].map(([trap, of]) =>
      trapFinding(
        trap,
        of.map(({ consumer }) => consumer),
      ),
    ),
  ];
  const tested = consumers.filter(({ id }) => seen.has(id));
  // The program itself was tested, or none was named.
  const untested = use === undefined || !use.isKnown || seen.has(commandId) ? [] : untestedOf(use, tested);
  const hasFailed = results.length === 0 || errorsIn([...trust.findings, ...findings]).length > 0;
  const isWhole = untested.length === 0 && weakenings.length === 0;
  return {
    trust,
    command: recognised,
    results,
    weakenings,
    traps,
    untested,
    verdict: hasFailed ? 'failed' : isWhole ? 'proven' : 'tried',
    findings,
    settings: concerned.flatMap(({ id, settings = [] }) => settings.map((setting) => ({ consumer: id, setting }))),
  };
}

interface Rehearsal {
  inside: RehearsalServer;
  outside: RehearsalServer;
  trials: Trial[];
}

/** Sequentially, because the servers attribute each connection to the current trial. */
async function tryItself(command: readonly string[], { inside, outside, trials }: Rehearsal): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const server = [inside, outside].find(({ url }) => url === trial.url);
    const started = trial.through?.(command) ?? command;
    const outcome = server
      ? await tryCommand(started, server, trial.env)
      : await tryCommandAt(started, trial.url, trial.env);
    results.push(resultOf(commandId, trial, outcome));
  }
  return results;
}

async function rehearse<T>(
  trust: ProcessTrust,
  { env, version, mount }: TrustOptions & CheckOptions,
  urls: readonly string[],
  work: (rehearsal: Rehearsal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-check-'));
  const [inside, outside] = await Promise.all([
    privateIdentity().then(startRehearsalServer),
    publicIdentity(clock, random).then(startRehearsalServer),
  ]);
  try {
    const [privateRoot, publicRoot] = [path.join(folder, 'private.pem'), path.join(folder, 'public.pem')];
    await writeFile(privateRoot, inside.rootPem);
    await writeFile(publicRoot, outside.rootPem);
    // The real bundle plus two roots: one private, and one that stands for a public root.
    const bundle = await makeBundle({
      nowMs: clock.now(),
      rootFiles: [privateRoot],
      environmentFiles: [publicRoot],
      systemFiles: [trust.paths.full],
      allowSmaller: true,
    });
    const { paths } = publishBundle(path.join(folder, 'trust'), bundle, { toolVersion: version });
    const rehearsed = { ...env, ...trustVariables(env, paths.folder, true), WGETRC: await wgetrcFor(env, paths) };
    const without = withoutTrust(env, trust);
    const [through, throughOwn] = mount
      ? await Promise.all([mountBundle(paths.full), mountBundle(trust.paths.full)])
      : [undefined, undefined];
    const trials: Trial[] = [
      { url: inside.url, direction: 'private', env: rehearsed, through },
      { url: inside.url, direction: 'without', env: without },
      { url: outside.url, direction: 'public', env: rehearsed, through },
      ...urls.map((url): Trial => {
        return { url, direction: 'private', env: { ...env, ...trust.variables }, through: throughOwn };
      }),
    ];
    return await work({ inside, outside, trials });
  } finally {
    inside.close();
    outside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** From an authority of our shape: some clients verify a plain root, but not one with name constraints. */
async function privateIdentity(): Promise<RehearsalIdentity> {
  const authority = await Authority.open(await openSqlite(':memory:'), { clock, random, names: [] });
  return { ...(await authority.issue(['localhost'])), rootPem: authority.rootPem() };
}

/** The environment without the variables that `run` sets. Of PYTHONPATH, the program's own folders stay. */
function withoutTrust(env: NodeJS.ProcessEnv, { variables, paths }: ProcessTrust): NodeJS.ProcessEnv {
  const folders = (env['PYTHONPATH'] ?? '').split(path.delimiter).filter((folder) => folder !== paths.python);
  const kept = Object.entries(env).filter(([name]) => !(name in variables));
  return {
    ...Object.fromEntries(kept),
    ...(folders.join('') === '' ? {} : { PYTHONPATH: folders.join(path.delimiter) }),
  };
}

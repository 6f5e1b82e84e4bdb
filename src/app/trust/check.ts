/** Proves what a command will trust, with its own interpreter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execute } from '../../base/process.ts';
import type { Finding } from '../../hop/finding.ts';
import { makeBundle } from '../../trust/bundle.ts';
import { publishBundle } from '../../trust/publication.ts';
import { resultOf, type Trial, type TrialResult, tryHops } from '../../trust/check.ts';
import type { Setting, Trap } from '../../trust/consumer.ts';
import { consumersOf } from '../../trust/consumers.ts';
import { trustVariables } from '../../trust/environment.ts';
import { trialFinding, trapFinding, weakeningFinding } from '../../trust/findings.ts';
import { itself, placeholder, tryCommand, tryCommandAt } from '../../trust/live.ts';
import { type RehearsalServer, startRehearsalServer } from '../../trust/rehearsal.ts';
import { type Command, recognise } from '../../trust/runtime.ts';
import { readSettings } from '../../trust/settings.ts';
import { findWeakenings, type Weakening, weakeningsInSettings } from '../../trust/weakening.ts';
import { wgetrcFor } from '../../trust/wgetrc.ts';
import { clock, random } from '../system.ts';
import { type PreparedTrust, prepareTrust } from './prepare.ts';
import type { TrustOptions } from './sources.ts';

export interface TrustCheck {
  trust: PreparedTrust;
  command: Command;
  results: TrialResult[];
  weakenings: Weakening[];
  /** Of what was tried, and of what cannot be. */
  traps: { consumer: string; trap: Trap }[];
  /** Where those take roots from that no variable reaches, or none alone. */
  settings: { consumer: string; setting: Setting }[];
  /** Of failed trials, weakenings and traps. Those of the environment are `trust.findings`. */
  findings: Finding[];
}

/**
 * Tries both directions with every library that the command's interpreter can load: private hops verify, a public one still
 * does, and without the bundle the private one fails, so that the proof can fail. Where `{url}` stands in the command, it is
 * tried itself too.
 * @param urls private hops of one's own, beside the one that is made for the test.
 */
export async function checkTrust(
  options: TrustOptions,
  command: readonly string[],
  urls: readonly string[],
): Promise<TrustCheck> {
  const trust = await prepareTrust(options);
  const recognised = await recognise(command, options.env);
  const { program, interpreter, runtime, script, starts } = recognised;
  // A package manager starts what the project in this folder says.
  const code = script ?? (starts && path.resolve('package.json'));
  const runtimes = [...(runtime && interpreter ? [{ runtime, interpreter }] : []), ...(starts ? [starts] : [])];
  const candidates = runtimes.map((one) => ({ ...one, consumers: consumersOf(one.runtime) }));
  const isPointed = program !== undefined && command.some((word) => word.includes(placeholder));
  const results = await rehearse(trust, options, urls, async (rehearsal) => {
    const itself = isPointed ? await tryItself(command, rehearsal) : [];
    const tried = candidates.map((one) => tryHops(one.interpreter, one.consumers, rehearsal.trials, execute));
    return [...itself, ...(await Promise.all(tried)).flat()];
  });
  const seen = new Set(results.map(({ consumer }) => consumer));
  const concerned = candidates
    .flatMap((one) => one.consumers)
    // What is compiled in Rust tells of itself which of its kinds it is.
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
  return {
    trust,
    command: recognised,
    results,
    weakenings,
    traps,
    findings: [
      ...results.filter(({ ok }) => !ok).map((result) => trialFinding(result, full)),
      ...weakenings.map((weakening) => weakeningFinding(weakening, full)),
      ...[...Map.groupBy(traps, ({ trap }) => trap)].map(([trap, of]) =>
        trapFinding(
          trap,
          of.map(({ consumer }) => consumer),
        ),
      ),
    ],
    settings: concerned.flatMap(({ id, settings = [] }) => settings.map((setting) => ({ consumer: id, setting }))),
  };
}

interface Rehearsal {
  inside: RehearsalServer;
  outside: RehearsalServer;
  trials: Trial[];
}

/** One after another: the servers tell by what they see meanwhile. */
async function tryItself(command: readonly string[], { inside, outside, trials }: Rehearsal): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const server = [inside, outside].find(({ url }) => url === trial.url);
    const outcome = server
      ? await tryCommand(command, server, trial.env)
      : await tryCommandAt(command, trial.url, trial.env);
    results.push(resultOf(itself, trial, outcome));
  }
  return results;
}

async function rehearse<T>(
  trust: PreparedTrust,
  { env, version }: TrustOptions,
  urls: readonly string[],
  work: (rehearsal: Rehearsal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-check-'));
  const [inside, outside] = await Promise.all([
    startRehearsalServer('private', clock, random),
    startRehearsalServer('public', clock, random),
  ]);
  try {
    const [privateRoot, publicRoot] = [path.join(folder, 'private.pem'), path.join(folder, 'public.pem')];
    await writeFile(privateRoot, inside.rootPem);
    await writeFile(publicRoot, outside.rootPem);
    // The very bundle, with two more roots: one as ours, one as if the world trusted it.
    const bundle = await makeBundle({
      nowMs: clock.now(),
      rootFiles: [privateRoot],
      environmentFiles: [publicRoot],
      systemFiles: [trust.paths.full],
      allowSmaller: true,
    });
    const { paths } = publishBundle(path.join(folder, 'trust'), bundle, { toolVersion: version });
    const rehearsed = { ...env, ...trustVariables(env, paths.folder, true), WGETRC: await wgetrcFor(env, paths) };
    const without = withoutTrust(env, trust.variables);
    const trials: Trial[] = [
      { url: inside.url, direction: 'private', env: rehearsed },
      { url: inside.url, direction: 'without', env: without },
      { url: outside.url, direction: 'public', env: rehearsed },
      ...urls.map((url): Trial => ({ url, direction: 'private', env: { ...env, ...trust.variables } })),
    ];
    return await work({ inside, outside, trials });
  } finally {
    inside.close();
    outside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the process would be without us: the variables that we set are as they were, or gone. */
function withoutTrust(env: NodeJS.ProcessEnv, variables: Record<string, string>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !(name in variables)));
}

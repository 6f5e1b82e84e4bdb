/** Proves what a command will trust, with its own interpreter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execute } from '../base/process.ts';
import { makeBundle } from '../trust/bundle/make.ts';
import { publishBundle } from '../trust/bundle/publish.ts';
import { consumersOf, type Trial, type TrialResult, tryHops } from '../trust/check.ts';
import type { Trap } from '../trust/consumers/consumer.ts';
import { trustVariables } from '../trust/environment.ts';
import { startRehearsalServer } from '../trust/rehearsal.ts';
import { type Command, recognise } from '../trust/runtime.ts';
import { findWeakenings, type Weakening } from '../trust/weakening.ts';
import { clock, random } from './rooms.ts';
import { type PreparedTrust, prepareTrust, type TrustOptions } from './trust.ts';

export interface TrustCheck {
  trust: PreparedTrust;
  command: Command;
  results: TrialResult[];
  weakenings: Weakening[];
  /** Of what was tried. */
  traps: { consumer: string; trap: Trap }[];
}

/**
 * Tries both directions with every library that the command's interpreter can load: private hops verify, a public one still
 * does, and without the bundle the private one fails, so that the proof can fail.
 * @param urls private hops of one's own, beside the one that is made for the test.
 */
export async function checkTrust(
  options: TrustOptions,
  command: readonly string[],
  urls: readonly string[],
): Promise<TrustCheck> {
  const trust = await prepareTrust(options);
  const recognised = await recognise(command, options.env);
  const { interpreter, runtime, script } = recognised;
  const tried = runtime === undefined ? [] : consumersOf(runtime);
  const results = interpreter === undefined ? [] : await tryAll(trust, options, interpreter, tried, urls);
  const seen = new Set(results.map(({ consumer }) => consumer));
  return {
    trust,
    command: recognised,
    results,
    weakenings: script === undefined ? [] : await findWeakenings(script),
    traps: tried.flatMap(({ id, traps }) => (seen.has(id) ? traps.map((trap) => ({ consumer: id, trap })) : [])),
  };
}

async function tryAll(
  trust: PreparedTrust,
  { env, version }: TrustOptions,
  interpreter: string,
  tried: ReturnType<typeof consumersOf>,
  urls: readonly string[],
): Promise<TrialResult[]> {
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
    const rehearsed = { ...env, ...trustVariables(env, paths.folder, true) };
    const without = withoutTrust(env, trust.variables);
    const trials: Trial[] = [
      { url: inside.url, direction: 'private', env: rehearsed },
      { url: inside.url, direction: 'without', env: without },
      { url: outside.url, direction: 'public', env: rehearsed },
      ...urls.map((url): Trial => ({ url, direction: 'private', env: { ...env, ...trust.variables } })),
    ];
    return await tryHops(interpreter, tried, trials, execute);
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

import os from 'node:os';
import { openRooms } from '../app/rooms.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { systemClock } from '../base/clock.ts';
import { execute } from '../base/process.ts';
import { type InstallContext, installRoot, type StoreOutcome, storesOf, uninstallRoots } from '../trust/install.ts';
import type { CommandContext } from './context.ts';

interface TrustOptions {
  state?: string;
  store?: string[];
  dryRun?: true;
}

/** `everyhop trust install`: the root into every store that is there, each proven. */
export async function trustInstall(context: CommandContext, options: TrustOptions): Promise<void> {
  const { state, authority } = await openRooms(chosenStateFolder(options.state, context.env));
  try {
    const root = { pem: authority.rootPem(), fingerprint: authority.rootFingerprint() };
    const given = installContext(context, options, state.database);
    tell(context, await installRoot(given, root, options.dryRun === true));
  } finally {
    await state.close();
  }
}

/** `everyhop trust uninstall`: exactly what install put in, out again. */
export async function trustUninstall(context: CommandContext, options: TrustOptions): Promise<void> {
  const { state } = await openRooms(chosenStateFolder(options.state, context.env));
  try {
    const outcomes = await uninstallRoots(installContext(context, options, state.database));
    tell(context, outcomes);
    if (outcomes.length === 0) context.output.line('trust.nothing', {});
  } finally {
    await state.close();
  }
}

function installContext(
  { env }: CommandContext,
  options: TrustOptions,
  database: InstallContext['database'],
): InstallContext {
  const stores = storesOf({ execute, env, home: os.homedir(), platform: process.platform });
  const wanted = options.store ? stores.filter(({ name }) => options.store!.includes(name)) : stores;
  return { database, clock: systemClock, stores: wanted, stateFolder: chosenStateFolder(options.state, env) };
}

/** Whatever could not be done makes the exit code 1; a store that is not on this machine is only named. */
function tell({ output }: CommandContext, outcomes: StoreOutcome[]): void {
  output.value(
    outcomes.map(({ error, ...outcome }) => ({ ...outcome, ...(error ? { error: output.reportOf(error) } : {}) })),
  );
  for (const { store, location, outcome, error } of outcomes) {
    if (error) {
      output.report(error);
      process.exitCode = 1;
    } else output.line(`trust.${outcome as Exclude<typeof outcome, 'failed'>}`, { store, location }, 'green');
  }
}

import { chosenStateFolder } from '../app/state-folder.ts';
import { type InstallOptions, installTrust, planTrust, type StoreOutcome, uninstallTrust } from '../app/trust.ts';
import type { CommandContext } from './context.ts';

interface TrustFlags {
  state?: string;
  store?: NonNullable<InstallOptions['stores']>;
  dryRun?: true;
}

/** `everyhop trust install`: adds the root to every existing store and verifies each. */
export async function trustInstall(context: CommandContext, flags: TrustFlags): Promise<void> {
  tell(context, await (flags.dryRun ? planTrust : installTrust)(installOptions(context, flags)));
}

/** `everyhop trust uninstall`: removes exactly the roots that install added. */
export async function trustUninstall(context: CommandContext, flags: TrustFlags): Promise<void> {
  const outcomes = await uninstallTrust(installOptions(context, flags));
  tell(context, outcomes);
  if (outcomes.length === 0) context.output.line('trust.nothing', {});
}

function installOptions({ env }: CommandContext, { state, store }: TrustFlags): InstallOptions {
  return { stateFolder: chosenStateFolder(state, env), stores: store, env };
}

/** Any failure sets exit code 1. */
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

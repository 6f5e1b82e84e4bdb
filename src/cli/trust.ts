import { chosenStateFolder } from '../app/state-folder.ts';
import {
  type InstallOptions,
  installTrust,
  planTrust,
  type RemainingRoot,
  type StoreOutcome,
  uninstallTrust,
} from '../app/trust.ts';
import type { CommandContext } from './context.ts';

interface TrustFlags {
  state?: string;
  store?: NonNullable<InstallOptions['stores']>;
  dryRun?: true;
  root?: string[];
}

/** `everyhop trust install`: adds the root to every existing store and verifies each. */
export async function trustInstall(context: CommandContext, flags: TrustFlags): Promise<void> {
  const outcomes = await (flags.dryRun ? planTrust : installTrust)(installOptions(context, flags));
  tell(context, outcomes);
  for (const [fingerprint, [one]] of Map.groupBy(outcomes, (outcome) => outcome.fingerprint)) {
    if (one!.from === undefined) context.output.line('trust.root', { fingerprint });
    else context.output.line('trust.root-of', { fingerprint, folder: one!.from });
  }
}

/** `everyhop trust uninstall`: removes exactly the roots that install added, and names the other Everyhop roots. */
export async function trustUninstall(context: CommandContext, flags: TrustFlags): Promise<void> {
  const options = installOptions(context, flags);
  const { outcomes, remaining } = await uninstallTrust(options);
  tell(context, outcomes, remaining);
  const isThere = remaining.some(({ stateFolder }) => stateFolder === options.stateFolder);
  if (outcomes.length === 0 && !isThere) context.output.line('trust.nothing', {});
  for (const { store, location, stateFolder, fingerprint, command } of remaining) {
    const isOurs = stateFolder === options.stateFolder;
    // The user expects it to be gone.
    if (isOurs) process.exitCode = 1;
    const params = { store, location, fingerprint, command, folder: stateFolder ?? '' };
    const key = isOurs
      ? 'trust.remaining.own'
      : stateFolder === undefined
        ? 'trust.remaining'
        : 'trust.remaining.other';
    context.output.line(key, params, isOurs ? 'red' : 'yellow');
  }
}

function installOptions({ env }: CommandContext, { state, store, root = [] }: TrustFlags): InstallOptions {
  const stateFolder = chosenStateFolder(state, env);
  return { stateFolder, isChosen: state !== undefined, rootFiles: root, stores: store, env };
}

/** Any failure sets exit code 1. */
function tell({ output }: CommandContext, outcomes: StoreOutcome[], remaining: RemainingRoot[] = []): void {
  output.value([
    ...outcomes.map(({ error, ...outcome }) => ({ ...outcome, ...(error ? { error: output.reportOf(error) } : {}) })),
    ...remaining.map((root) => ({ outcome: 'remaining', ...root })),
  ]);
  for (const { store, location, outcome, error, untried } of outcomes) {
    if (error) {
      output.report(error);
      process.exitCode = 1;
    } else output.line(`trust.${outcome as Exclude<typeof outcome, 'failed'>}`, { store, location }, 'green');
    if (untried && outcome === 'installed') output.line('trust.untried', { store }, 'yellow');
  }
}

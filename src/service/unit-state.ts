import { systemctl, type Systemd } from './systemd.ts';

/** The state of a unit, from systemd. */
export interface UnitState {
  isInstalled: boolean;
  isEnabled: boolean;
  /** As systemd names it: `active`, `inactive`, `failed`, `activating`, `reloading`, `deactivating`. */
  state: string;
  /** Since when it has been in this state; undefined: never started. */
  sinceMs: number | undefined;
  pid: number | undefined;
  /** Automatic restarts since the last start. */
  restarts: number;
  /** `success`, `exit-code`, `timeout`, `signal` …: how the last run ended. */
  result: string;
  /** The unit file; undefined if there is none. */
  file: string | undefined;
  /** Its working folder, which is the state folder. */
  stateFolder: string | undefined;
}

const properties =
  'LoadState,UnitFileState,ActiveState,ActiveEnterTimestamp,InactiveEnterTimestamp,MainPID,NRestarts,Result,FragmentPath,WorkingDirectory';

export async function unitState(systemd: Systemd, unit: string): Promise<UnitState> {
  const { stdout } = await systemctl(systemd, 'show', '--timestamp=utc', '--property', properties, unit);
  const values = new Map(
    stdout.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const value = (name: string): string => values.get(name) ?? '';
  const state = value('ActiveState');
  const isUp = state === 'active' || state === 'reloading';
  return {
    isInstalled: value('LoadState') === 'loaded',
    isEnabled: value('UnitFileState') === 'enabled',
    state,
    sinceMs: timeOf(value(isUp ? 'ActiveEnterTimestamp' : 'InactiveEnterTimestamp')),
    pid: Number(value('MainPID')) || undefined,
    restarts: Number(value('NRestarts')) || 0,
    result: value('Result'),
    file: value('FragmentPath') || undefined,
    stateFolder: value('WorkingDirectory') || undefined,
  };
}

/** `Fri 2026-11-27 10:00:00 UTC` */
function timeOf(text: string): number | undefined {
  const ms = Date.parse(text.replace(/^\w+ /, '').replace(' UTC', 'Z'));
  return Number.isNaN(ms) ? undefined : ms;
}

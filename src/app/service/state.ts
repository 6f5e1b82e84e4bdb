import { existsSync } from 'node:fs';
import { shellWord } from '../../base/invocation.ts';
import { lastError, type JournalError } from '../../service/journal.ts';
import { serviceError } from '../../service/messages.ts';
import { servingUnit } from '../../service/serving-unit.ts';
import {
  deleteUnits,
  isSystemdRunning,
  systemctl,
  type Systemd,
  systemd as machine,
  unitFile,
} from '../../service/systemd.ts';
import { type UnitState, unitState } from '../../service/unit-state.ts';
import { serviceUser } from '../../store/state-folder.ts';
import { runningStatus } from '../running.ts';
import type { ServiceStatus } from '../serve/status.ts';
import { requireSuccess } from './install.ts';

export interface ServiceState extends UnitState {
  unit: string;
  /** Of the newest lines of its journal. */
  lastError: JournalError | undefined;
  /** Of the running program; undefined if it does not run, or belongs to another user. */
  status: ServiceStatus | undefined;
}

/** @throws EveryhopError `service.no-systemd`. */
export async function serviceState(everyhop: readonly string[], systemd: Systemd = machine): Promise<ServiceState> {
  requireInit(systemd, everyhop);
  const state = await unitState(systemd, servingUnit);
  const status = state.stateFolder && (await runningStatus(state.stateFolder).catch(() => undefined));
  return { unit: servingUnit, ...state, lastError: await lastError(systemd, servingUnit), status: status || undefined };
}

export interface RemovedService {
  unit: string;
  /** False if there was no service. */
  wasInstalled: boolean;
  /** The unit of a package, which stays, disabled. */
  packaged: string | undefined;
  /** What stays: the state folder, if it is known, and the user. */
  stateFolder: string | undefined;
  user: string;
}

/**
 * Stops the service, so that its streams end, and removes its unit. State and user stay. May be repeated.
 * @throws EveryhopError `service.no-systemd`, `service.needs-root`, `service.systemctl-failed`, `file.*`.
 */
export async function uninstallService(
  everyhop: readonly string[],
  systemd: Systemd = machine,
): Promise<RemovedService> {
  requireInit(systemd, everyhop);
  const command = [...everyhop, 'service', 'uninstall'].map(shellWord).join(' ');
  if (!systemd.isRoot) throw serviceError('service.needs-root', { command });
  const { isInstalled, stateFolder } = await unitState(systemd, servingUnit);
  if (isInstalled) await requireSuccess(systemd, 'disable', '--now', servingUnit);
  await deleteUnits(systemd, [servingUnit]);
  await requireSuccess(systemd, 'daemon-reload');
  await systemctl(systemd, 'reset-failed', servingUnit);
  const { file } = await unitState(systemd, servingUnit);
  return { unit: servingUnit, wasInstalled: isInstalled, packaged: file, stateFolder, user: serviceUser };
}

function requireInit(systemd: Systemd, everyhop: readonly string[]): void {
  if (isSystemdRunning(systemd) || existsSync(unitFile(systemd, servingUnit))) return;
  throw serviceError('service.no-systemd', { command: [...everyhop, 'up'].map(shellWord).join(' ') });
}

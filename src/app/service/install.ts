import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../base/files.ts';
import { shellWord } from '../../base/invocation.ts';
import { listOf } from '../../base/messages.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { ensureAccount, unreadableFiles } from '../../service/account.ts';
import { handOver } from '../../service/hand-over.ts';
import { lastError } from '../../service/journal.ts';
import { serviceError } from '../../service/messages.ts';
import { renewsNginxIn } from '../../service/nginx-renewal.ts';
import { servingUnit } from '../../service/serving-unit.ts';
import {
  addVariables,
  deleteUnits,
  isSystemdRunning,
  systemctl,
  type Systemd,
  systemd as machine,
  unitFile,
  variablesFile,
  writeUnit,
} from '../../service/systemd.ts';
import { unitState } from '../../service/unit-state.ts';
import { foreignPlaces, foreignProgram } from '../../store/program-owner.ts';
import { serviceUser } from '../../store/state-folder.ts';
import { runningStatus } from '../running.ts';
import type { ServiceStatus } from '../serve/status.ts';
import { clock } from '../system.ts';
import { describeService, installCommand, type ServiceArguments, type ServiceDescription } from './description.ts';

export interface InstalledService {
  unit: string;
  user: string;
  stateFolder: string;
  /** False if the service ran with these arguments already. */
  isChanged: boolean;
  /** The state folder was root's. */
  isHandedOver: boolean;
  /** The program could be changed by the user of sudo. */
  findings: Finding[];
  /** Of the running program; undefined if it did not answer yet. */
  status: ServiceStatus | undefined;
}

/** What `installService` would write. @throws EveryhopError `service.from-npx`. */
export async function previewService(given: ServiceArguments): Promise<{ file: string; unit: string }> {
  const { unit } = await describeService(given, machine);
  return { file: unitFile(machine, servingUnit), unit };
}

/**
 * Installs `up` with these arguments as a service of systemd, starts it and waits until it serves. Every step may be repeated: a
 * second call completes one that was interrupted.
 * @throws EveryhopError `service.*`, `store.foreign-program`, `file.*`. After `service.start-failed`, the unit is as it was before.
 */
export async function installService(given: ServiceArguments, systemd: Systemd = machine): Promise<InstalledService> {
  requireSystemd(systemd, given);
  const description = await describeService(given, systemd);
  const { stateFolder, reads } = description;
  if (renewsNginxIn(stateFolder, systemd)) {
    const params = { folder: stateFolder, timer: 'everyhop-nginx-renew.timer', command: commandOf(given) };
    throw serviceError('service.state-of-nginx', params);
  }
  const findings = checkProgram(description);
  const user = await ensureAccount(serviceUser, stateFolder, systemd.execute);
  const unreadable = await unreadableFiles(user, reads, systemd.execute);
  if (unreadable.length > 0) {
    const params = { user: user.name, files: listOf(unreadable), example: shellWord(unreadable[0]!) };
    throw serviceError('service.unreadable', params);
  }
  const holder = async (): Promise<string> => String((await runningStatus(stateFolder)).pid);
  const isHandedOver = await handOver(stateFolder, user, () => holder().catch(() => '?'));
  const isChanged = await start(description, systemd);
  const status = await runningStatus(stateFolder).catch(() => undefined);
  return { unit: servingUnit, user: user.name, stateFolder, isChanged, isHandedOver, findings, status };
}

/** @throws EveryhopError `service.no-systemd`, `service.needs-root`. */
export function requireSystemd(systemd: Systemd, given: ServiceArguments): void {
  if (!isSystemdRunning(systemd)) {
    const command = [...given.everyhop, 'up', ...given.words].map(shellWord).join(' ');
    throw serviceError('service.no-systemd', { command });
  }
  if (!systemd.isRoot) throw serviceError('service.needs-root', { command: commandOf(given) });
}

function commandOf({ everyhop, words }: ServiceArguments): string {
  return installCommand(everyhop, words);
}

/** @throws EveryhopError `store.foreign-program` if a user other than that of sudo could change the program. */
function checkProgram({ command }: ServiceDescription): Finding[] {
  const places = foreignPlaces(command);
  const error = foreignProgram(command, places);
  if (!error) return [];
  if (places.some(({ isSudoUser }) => !isSudoUser)) throw error;
  return [new Fault('warning', error)];
}

/** Writes the unit, enables and starts it. @returns false if it ran with these settings already. */
async function start({ unit, variables }: ServiceDescription, systemd: Systemd): Promise<boolean> {
  const files = [unitFile(systemd, servingUnit), variablesFile(systemd, servingUnit)];
  const former = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => undefined)));
  const before = await unitState(systemd, servingUnit);
  const isNewText = await writeUnit(systemd, servingUnit, unit);
  const areNewVariables = await addVariables(systemd, servingUnit, variables);
  const isChanged = isNewText || areNewVariables;
  await requireSuccess(systemd, 'daemon-reload');
  await requireSuccess(systemd, 'enable', servingUnit);
  if (!isChanged && before.state === 'active') return false;
  const sinceMs = clock.now();
  const { code, reason } = await systemctl(systemd, 'restart', servingUnit);
  if (code === 0) return true;
  const error = await lastError(systemd, servingUnit, sinceMs);
  await restore(systemd, former, before.state === 'active');
  const params = { unit: servingUnit, reason: (error?.text ?? reason.split('\n')[0] ?? '').replace(/[.。]$/, '') };
  throw serviceError('service.start-failed', params);
}

async function restore(systemd: Systemd, former: readonly (string | undefined)[], wasActive: boolean): Promise<void> {
  const [unit, variables] = former;
  await systemctl(systemd, 'stop', servingUnit);
  if (unit === undefined) {
    await systemctl(systemd, 'disable', servingUnit);
    await deleteUnits(systemd, [servingUnit]);
  } else {
    await writeUnit(systemd, servingUnit, unit);
    const file = variablesFile(systemd, servingUnit);
    if (variables !== undefined) await writeFileAtomic(file, variables, { mode: 0o600 });
  }
  await systemctl(systemd, 'daemon-reload');
  await systemctl(systemd, 'reset-failed', servingUnit);
  if (wasActive && existsSync(unitFile(systemd, servingUnit))) await systemctl(systemd, 'start', servingUnit);
}

/** @throws EveryhopError `service.systemctl-failed`. */
export async function requireSuccess(systemd: Systemd, ...args: string[]): Promise<void> {
  const { code, reason } = await systemctl(systemd, ...args);
  if (code !== 0) throw serviceError('service.systemctl-failed', { command: args.join(' '), reason });
}

import { existsSync, readFileSync } from 'node:fs';
import {
  addVariables,
  deleteUnits,
  isSystemdRunning,
  systemctl,
  type Systemd,
  unitFile,
  variablesFile,
  writeUnit,
} from './systemd.ts';
import { unitCommand, unitPath, unitText } from './unit-text.ts';

const service = 'everyhop-nginx-renew.service';
const timer = 'everyhop-nginx-renew.timer';

/**
 * Installs a systemd timer that runs a command twice a day. Random delays spread the load on authorities; runs missed while
 * the machine was off are caught up.
 * @param command program and arguments; paths absolute.
 * @param environment further variables of the command; they may be secret. Those of an earlier call stay.
 * @returns the timer's name; undefined without systemd or root rights.
 * @throws EveryhopError `file.*`.
 */
export async function installNginxRenewal(
  command: readonly string[],
  systemd: Systemd,
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  if (!systemd.isRoot || !isSystemdRunning(systemd)) return undefined;
  await addVariables(systemd, service, environment);
  await writeUnit(systemd, service, serviceText(command, variablesFile(systemd, service)));
  await writeUnit(systemd, timer, timerText);
  await systemctl(systemd, 'daemon-reload');
  const { code } = await systemctl(systemd, 'enable', '--now', timer);
  return code === 0 ? timer : undefined;
}

/** Removes the timer if it exists. @throws EveryhopError `file.*`. */
export async function removeNginxRenewal(systemd: Systemd): Promise<void> {
  if (!systemd.isRoot || !existsSync(unitFile(systemd, timer))) return;
  await systemctl(systemd, 'disable', '--now', timer);
  await deleteUnits(systemd, [timer, service]);
  await systemctl(systemd, 'daemon-reload');
}

/** True if the timer renews the sites of nginx whose certificates are in this state folder. */
export function renewsNginxIn(stateFolder: string, systemd: Systemd): boolean {
  const file = unitFile(systemd, service);
  if (!existsSync(unitFile(systemd, timer)) || !existsSync(file)) return false;
  return readFileSync(file, 'utf8').includes(` --state ${unitCommand([stateFolder])}\n`);
}

function serviceText(command: readonly string[], variables: string): string {
  return unitText([
    [
      'Unit',
      [
        ['Description', 'Everyhop: renew the certificates of nginx and check the result'],
        ['Wants', 'network-online.target'],
        ['After', 'network-online.target nginx.service'],
      ],
    ],
    [
      'Service',
      [
        ['Type', 'oneshot'],
        ['EnvironmentFile', `-${unitPath(variables)}`],
        ['ExecStart', unitCommand(command)],
      ],
    ],
  ]);
}

const timerText = unitText([
  ['Unit', [['Description', 'Everyhop: renew the certificates of nginx twice a day']]],
  [
    'Timer',
    [
      ['OnCalendar', '*-*-* 00,12:00:00'],
      ['RandomizedDelaySec', '12h'],
      ['Persistent', 'true'],
    ],
  ],
  ['Install', [['WantedBy', 'timers.target']]],
]);

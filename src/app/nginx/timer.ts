import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../base/files.ts';
import type { Execute } from '../../base/process.ts';

const unit = 'everyhop-nginx-renew';

export interface SystemdEnvironment {
  execute: Execute;
  /** Where systemd tells that it runs this machine. */
  runFolder: string;
  /** Where the machine's own units are. */
  unitFolder: string;
  isRoot: boolean;
}

export const systemdEnvironment: Omit<SystemdEnvironment, 'execute'> = {
  runFolder: '/run/systemd/system',
  unitFolder: '/etc/systemd/system',
  isRoot: process.getuid?.() === 0,
};

/**
 * Has systemd call a command twice a day, at a moment of its own so that not every machine asks an authority at once; what was
 * missed while the machine was off is made up for.
 * @param command program and arguments; paths absolute.
 * @returns the timer's name; undefined where systemd does not run this machine, or this is not root.
 * @throws EveryhopError `file.*`.
 */
export async function installTimer(command: readonly string[], house: SystemdEnvironment): Promise<string | undefined> {
  if (!house.isRoot || !existsSync(house.runFolder)) return undefined;
  const { service, timer } = files(house);
  await writeFileAtomic(service, serviceText(command), { mode: 0o644 });
  await writeFileAtomic(timer, timerText, { mode: 0o644 });
  await house.execute('systemctl', ['daemon-reload']);
  const { code } = await house.execute('systemctl', ['enable', '--now', `${unit}.timer`]);
  return code === 0 ? `${unit}.timer` : undefined;
}

/** Takes it away again, if it is there. @throws EveryhopError `file.*`. */
export async function removeTimer(house: SystemdEnvironment): Promise<void> {
  const { service, timer } = files(house);
  if (!house.isRoot || !existsSync(timer)) return;
  await house.execute('systemctl', ['disable', '--now', `${unit}.timer`]);
  for (const file of [timer, service]) await rm(file, { force: true });
  await house.execute('systemctl', ['daemon-reload']);
}

function files({ unitFolder }: SystemdEnvironment): { service: string; timer: string } {
  return { service: path.join(unitFolder, `${unit}.service`), timer: path.join(unitFolder, `${unit}.timer`) };
}

function serviceText(command: readonly string[]): string {
  return `[Unit]
Description=Everyhop: renew the certificates that nginx serves, and prove it
Wants=network-online.target
After=network-online.target nginx.service

[Service]
Type=oneshot
ExecStart=${command.map(unitWord).join(' ')}
`;
}

const timerText = `[Unit]
Description=Everyhop: renew the certificates that nginx serves, twice a day

[Timer]
OnCalendar=*-*-* 00,12:00:00
RandomizedDelaySec=12h
Persistent=true

[Install]
WantedBy=timers.target
`;

/** systemd.service(5): `%` and `$` have a meaning of their own, quotes are C's. */
function unitWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:=@%$+,-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

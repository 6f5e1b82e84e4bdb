import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../base/files.ts';
import type { Execute } from '../../base/process.ts';

const unit = 'everyhop-nginx-renew';

export interface SystemdEnvironment {
  execute: Execute;
  /** Exists if systemd is running this machine. */
  runFolder: string;
  /** Folder of the administrator's units. */
  unitFolder: string;
  isRoot: boolean;
}

export const systemdEnvironment: Omit<SystemdEnvironment, 'execute'> = {
  runFolder: '/run/systemd/system',
  unitFolder: '/etc/systemd/system',
  isRoot: process.getuid?.() === 0,
};

/**
 * Installs a systemd timer that runs a command twice a day. Random delays spread the load on authorities; runs missed while
 * the machine was off are caught up.
 * @param command program and arguments; paths absolute.
 * @returns the timer's name; undefined without systemd or root rights.
 * @throws EveryhopError `file.*`.
 */
export async function installTimer(
  command: readonly string[],
  systemd: SystemdEnvironment,
): Promise<string | undefined> {
  if (!systemd.isRoot || !existsSync(systemd.runFolder)) return undefined;
  const { service, timer } = files(systemd);
  await writeFileAtomic(service, serviceText(command), { mode: 0o644 });
  await writeFileAtomic(timer, timerText, { mode: 0o644 });
  await systemd.execute('systemctl', ['daemon-reload']);
  const { code } = await systemd.execute('systemctl', ['enable', '--now', `${unit}.timer`]);
  return code === 0 ? `${unit}.timer` : undefined;
}

/** Removes the timer if it exists. @throws EveryhopError `file.*`. */
export async function removeTimer(systemd: SystemdEnvironment): Promise<void> {
  const { service, timer } = files(systemd);
  if (!systemd.isRoot || !existsSync(timer)) return;
  await systemd.execute('systemctl', ['disable', '--now', `${unit}.timer`]);
  for (const file of [timer, service]) await rm(file, { force: true });
  await systemd.execute('systemctl', ['daemon-reload']);
}

function files({ unitFolder }: SystemdEnvironment): { service: string; timer: string } {
  return { service: path.join(unitFolder, `${unit}.service`), timer: path.join(unitFolder, `${unit}.timer`) };
}

function serviceText(command: readonly string[]): string {
  return `[Unit]
Description=Everyhop: renew the certificates of nginx and check the result
Wants=network-online.target
After=network-online.target nginx.service

[Service]
Type=oneshot
ExecStart=${command.map(unitWord).join(' ')}
`;
}

const timerText = `[Unit]
Description=Everyhop: renew the certificates of nginx twice a day

[Timer]
OnCalendar=*-*-* 00,12:00:00
RandomizedDelaySec=12h
Persistent=true

[Install]
WantedBy=timers.target
`;

/** Escapes a word for a unit file: `%` and `$` are special, quoting is C-style (systemd.service(5)). */
function unitWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:=@%$+,-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

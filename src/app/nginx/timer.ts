import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
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
 * @param environment further variables of the command; they may be secret. Those of an earlier call stay.
 * @returns the timer's name; undefined without systemd or root rights.
 * @throws EveryhopError `file.*`.
 */
export async function installTimer(
  command: readonly string[],
  systemd: SystemdEnvironment,
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  if (!systemd.isRoot || !existsSync(systemd.runFolder)) return undefined;
  const { service, timer, variables } = files(systemd);
  const wanted = Object.entries(environment);
  if (wanted.length > 0) {
    const names = new Set(wanted.map(([name]) => name));
    const former = existsSync(variables) ? (await readFile(variables, 'utf8')).split('\n') : [];
    const others = former.filter((line) => line !== '' && !names.has(line.split('=')[0]!));
    const lines = [...others, ...wanted.map(([name, value]) => `${name}=${variableWord(value)}`)];
    await writeFileAtomic(variables, `${lines.join('\n')}\n`, { mode: 0o600 });
  }
  await writeFileAtomic(service, serviceText(command, variables), { mode: 0o644 });
  await writeFileAtomic(timer, timerText, { mode: 0o644 });
  await systemd.execute('systemctl', ['daemon-reload']);
  const { code } = await systemd.execute('systemctl', ['enable', '--now', `${unit}.timer`]);
  return code === 0 ? `${unit}.timer` : undefined;
}

/** Removes the timer if it exists. @throws EveryhopError `file.*`. */
export async function removeTimer(systemd: SystemdEnvironment): Promise<void> {
  const { service, timer, variables } = files(systemd);
  if (!systemd.isRoot || !existsSync(timer)) return;
  await systemd.execute('systemctl', ['disable', '--now', `${unit}.timer`]);
  for (const file of [timer, service, variables]) await rm(file, { force: true });
  await systemd.execute('systemctl', ['daemon-reload']);
}

function files({ unitFolder }: SystemdEnvironment): Record<'service' | 'timer' | 'variables', string> {
  const file = (kind: string): string => path.join(unitFolder, `${unit}.${kind}`);
  return { service: file('service'), timer: file('timer'), variables: file('env') };
}

function serviceText(command: readonly string[], variables: string): string {
  return `[Unit]
Description=Everyhop: renew the certificates of nginx and check the result
Wants=network-online.target
After=network-online.target nginx.service

[Service]
Type=oneshot
EnvironmentFile=-${variables.replaceAll('%', '%%')}
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

/** Quotes a value for an environment file (systemd.exec(5)). */
function variableWord(value: string): string {
  return `"${value.replace(/[\\"$`]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

/** Escapes a word for a unit file: `%` and `$` are special, quoting is C-style (systemd.service(5)). */
function unitWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:=@%$+,-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

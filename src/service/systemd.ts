import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import { type Execute, execute } from '../base/process.ts';
import { variableLines } from './unit-text.ts';

export interface Systemd {
  execute: Execute;
  /** Exists if systemd is running this machine. */
  runFolder: string;
  /** Folder of the administrator's units. */
  unitFolder: string;
  isRoot: boolean;
}

export const systemd: Systemd = {
  execute,
  runFolder: '/run/systemd/system',
  unitFolder: '/etc/systemd/system',
  isRoot: process.getuid?.() === 0,
};

/** True if systemd is this machine's init. */
export function isSystemdRunning({ runFolder }: Systemd): boolean {
  return existsSync(runFolder);
}

/** systemd's version; 0 if unknown. */
export async function systemdVersion({ execute }: Systemd): Promise<number> {
  const { stdout } = await execute('systemctl', ['--version']).catch(() => ({ stdout: '' }));
  return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0);
}

/** @param name with its kind, such as `everyhop.service`. */
export function unitFile({ unitFolder }: Systemd, name: string): string {
  return path.join(unitFolder, name);
}

/** The environment file beside a service. It may hold secrets, so root alone can read it; systemd reads it as root. */
export function variablesFile(systemd: Systemd, service: string): string {
  return unitFile(systemd, service).replace(/\.service$/, '.env');
}

/** @returns false if the file has this text already. @throws EveryhopError `file.*`. */
export async function writeUnit(systemd: Systemd, name: string, text: string): Promise<boolean> {
  const file = unitFile(systemd, name);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return false;
  await writeFileAtomic(file, text, { mode: 0o644 });
  return true;
}

/**
 * Adds variables to the environment file of a service. Those of an earlier call stay.
 * @returns false if nothing changed. @throws EveryhopError `file.*`.
 */
export async function addVariables(
  systemd: Systemd,
  service: string,
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (Object.keys(variables).length === 0) return false;
  const file = variablesFile(systemd, service);
  const former = existsSync(file) ? await readFile(file, 'utf8') : '';
  const names = new Set(Object.keys(variables));
  const others = former.split('\n').filter((line) => line !== '' && !names.has(line.split('=')[0]!));
  const text = `${[...others, ...variableLines(variables)].join('\n')}\n`;
  if (text === former) return false;
  await writeFileAtomic(file, text, { mode: 0o600 });
  return true;
}

/** Deletes units and the environment file of a service. @throws EveryhopError `file.*`. */
export async function deleteUnits(systemd: Systemd, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rm(unitFile(systemd, name), { force: true });
    if (name.endsWith('.service')) await rm(variablesFile(systemd, name), { force: true });
  }
}

/** Runs systemctl. @returns its exit code and what it printed as the reason of a failure. */
export async function systemctl(
  { execute }: Systemd,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; reason: string }> {
  // `start` waits until the service is ready, and `stop` until its streams have ended: at most a day.
  const { code, stdout, stderr } = await execute('systemctl', args, { timeoutMs: 90_000_000 });
  return { code, stdout, reason: stderr.trim() };
}

/** What renews the certificates of nginx: a timer of systemd, or a line of cron that the user adds. */
import path from 'node:path';
import { dnsProviderOf } from '../../acme/dns-providers.ts';
import { Fault } from '../../hop/finding.ts';
import { currentRunner } from '../../store/folder-owner.ts';
import { foreignPlaces, foreignProgram } from '../../store/program-owner.ts';
import type { SourceOptions } from './source.ts';
import { installTimer, type SystemdEnvironment } from './timer.ts';

interface RenewalOptions {
  /** Words that start this program from anywhere. */
  everyhop: readonly string[];
  stateFolder: string;
  issuing: SourceOptions['issuing'];
  env: NodeJS.ProcessEnv;
}

export interface RenewalSchedule {
  /** Name of the installed timer. */
  timer: string | undefined;
  /** Other users could change the program that root would run. */
  finding: Fault | undefined;
  /** False: root must not run this program on its own, neither from a timer nor from cron. */
  isSafe: boolean;
}

/**
 * Installs the timer, but not for a program that others could change, which would make them root. The user who became root by
 * sudo may keep the program; the finding says so.
 * @param isSystems the machine's default nginx.
 * @throws EveryhopError `file.*`.
 */
export async function scheduleRenewal(
  options: RenewalOptions,
  systemd: SystemdEnvironment,
  isSystems: boolean,
  runner = currentRunner(),
): Promise<RenewalSchedule> {
  const command = renewal(options);
  const places = runner.uid === 0 ? foreignPlaces(command, runner) : [];
  const error = foreignProgram(command, places);
  const finding = error && new Fault('warning', error);
  if (places.some(({ isSudoUser }) => !isSudoUser)) return { timer: undefined, finding, isSafe: false };
  const timer = isSystems ? await installTimer(command, systemd, renewalEnvironment(options)) : undefined;
  return { timer, finding, isSafe: true };
}

/** The command of the timer. */
function renewal({ everyhop, stateFolder }: RenewalOptions): string[] {
  return [...everyhop, 'nginx', 'renew', '--state', path.resolve(stateFolder)];
}

/** systemd starts the command without the user's environment: the settings of the DNS provider and the proxies. */
function renewalEnvironment({ issuing, env }: RenewalOptions): Record<string, string> {
  const settings = issuing.dns === undefined ? {} : (dnsProviderOf(issuing.dns)?.settings ?? {});
  const own = Object.entries(settings).map(([name, { kind }]) => [name, kind] as const);
  const proxies = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'];
  const found = [...own, ...proxies.map((name) => [name, 'text'] as const)].flatMap(([name, kind]) => {
    const value = env[name];
    if (value === undefined || value === '') return [];
    return [[name, kind === 'file' ? path.resolve(value) : value] as const];
  });
  return Object.fromEntries(found);
}

/** The renewal of nginx's certificates: by a timer of systemd, or a line of cron that the user adds. */
import path from 'node:path';
import { Fault } from '../../hop/finding.ts';
import { installNginxRenewal } from '../../service/nginx-renewal.ts';
import type { Systemd } from '../../service/systemd.ts';
import { currentRunner } from '../../store/folder-owner.ts';
import { foreignPlaces, foreignProgram } from '../../store/program-owner.ts';
import { serviceVariables } from '../service/variables.ts';
import type { SourceOptions } from './source.ts';

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
  systemd: Systemd,
  isSystems: boolean,
  runner = currentRunner(),
): Promise<RenewalSchedule> {
  const command = renewal(options);
  const places = runner.uid === 0 ? foreignPlaces(command, runner) : [];
  const error = foreignProgram(command, places);
  const finding = error && new Fault('warning', error);
  if (places.some(({ isSudoUser }) => !isSudoUser)) return { timer: undefined, finding, isSafe: false };
  const timer = isSystems ? await installNginxRenewal(command, systemd, renewalEnvironment(options)) : undefined;
  return { timer, finding, isSafe: true };
}

/** The command of the timer. */
function renewal({ everyhop, stateFolder }: RenewalOptions): string[] {
  return [...everyhop, 'nginx', 'renew', '--state', path.resolve(stateFolder)];
}

/** systemd starts the command without the user's environment. */
function renewalEnvironment({ issuing, env }: RenewalOptions): Record<string, string> {
  return serviceVariables(issuing.dns === undefined ? [] : [issuing.dns], env);
}

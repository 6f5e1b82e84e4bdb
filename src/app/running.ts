/** Controls the `everyhop up` that runs with a state folder, through its control socket. */
import { type ErrorData, isError } from '../base/errors.ts';
import { requestControl } from '../control/client.ts';
import type { AppliedKeys, Refusal, RehearsedSet, ReloadResult, RenewedCertificate } from '../control/server.ts';
import type { ServiceStatus } from './serve/status.ts';

export type { AppliedKeys, RehearsedSet, RenewedCertificate } from '../control/server.ts';

/** The result from the running program, or its refusal. */
export type RunningAnswer<T> = { done: T } | { refusal: ErrorData };

/** @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function runningStatus(stateFolder: string): Promise<ServiceStatus> {
  const { body } = await requestControl(stateFolder, 'GET', '/status');
  return body as ServiceStatus;
}

/** Reloads its configuration. @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function reloadRunning(stateFolder: string): Promise<RunningAnswer<ReloadResult>> {
  return post(stateFolder, '/reload');
}

/**
 * Obtains, serves and proves new certificates now.
 * @param names of the sites to renew; empty: every site.
 * @param insists do not wait because of earlier failures, only for the limits of the authority.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`.
 */
export async function renewRunning(
  stateFolder: string,
  names: readonly string[],
  insists: boolean,
): Promise<RunningAnswer<RenewedCertificate[]>> {
  const query = new URLSearchParams([...names.map((name) => ['name', name]), ...(insists ? [['now', '1']] : [])]);
  return post(stateFolder, `/certificates/renew?${query.toString()}`);
}

/** What a renewal would find. @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function rehearseRunning(
  stateFolder: string,
  names: readonly string[],
): Promise<RunningAnswer<RehearsedSet[]>> {
  const query = new URLSearchParams(names.map((name) => ['name', name]));
  return post(stateFolder, `/certificates/rehearse?${query.toString()}`);
}

/**
 * Has every worker take the access keys of the store.
 * @param ended digests of revoked keys whose open streams are to end.
 * @returns whether a route of it asks for keys.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`.
 */
export async function applyKeysRunning(
  stateFolder: string,
  ended: readonly string[],
): Promise<RunningAnswer<AppliedKeys>> {
  return post(stateFolder, `/access/apply-keys?${new URLSearchParams(ended.map((one) => ['end', one])).toString()}`);
}

/** Has it write when keys were last used. @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function recordUsesRunning(stateFolder: string): Promise<RunningAnswer<object>> {
  return post(stateFolder, '/access/record-uses', 5000);
}

/** True if the error says that no program runs with that state folder. */
export function isNotRunning(error: unknown): boolean {
  return isError(error, 'cli.not-running');
}

async function post<T>(stateFolder: string, path: string, limitMs?: number): Promise<RunningAnswer<T>> {
  const { status, body } = await requestControl(stateFolder, 'POST', path, limitMs);
  return status === 200 ? { done: body as T } : { refusal: (body as Refusal).error };
}

/** The `everyhop up` that runs on a state folder, through its control socket. */
import { type ErrorData, isError } from '../base/errors.ts';
import { requestControl } from '../control/client.ts';
import type { Refusal, ReloadResult, RenewedCertificate } from '../control/server.ts';
import type { ServiceStatus } from './serve/status.ts';

export type { RenewedCertificate } from '../control/server.ts';

/** What the running program did, or why it refused. */
export type RunningAnswer<T> = { done: T } | { refusal: ErrorData };

/** @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function runningStatus(stateFolder: string): Promise<ServiceStatus> {
  const { body } = await requestControl(stateFolder, 'GET', '/status');
  return body as ServiceStatus;
}

/** Has it read its configuration again. @throws EveryhopError `cli.not-running`, `cli.not-yours`. */
export async function reloadRunning(stateFolder: string): Promise<RunningAnswer<ReloadResult>> {
  return post(stateFolder, '/reload');
}

/**
 * Has it obtain, serve and prove new certificates now.
 * @param names of the sites; none: of every site.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`.
 */
export async function renewRunning(
  stateFolder: string,
  names: readonly string[],
): Promise<RunningAnswer<RenewedCertificate[]>> {
  const query = new URLSearchParams(names.map((name) => ['name', name]));
  return post(stateFolder, `/certificates/renew?${query.toString()}`);
}

/** For `catch (error)`: no program runs on that state folder. */
export function isNotRunning(error: unknown): boolean {
  return isError(error, 'cli.not-running');
}

async function post<T>(stateFolder: string, path: string): Promise<RunningAnswer<T>> {
  const { status, body } = await requestControl(stateFolder, 'POST', path);
  return status === 200 ? { done: body as T } : { refusal: (body as Refusal).error };
}

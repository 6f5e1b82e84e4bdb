import type { ErrorData } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { Certificates } from '../../certificates/certificates.ts';
import { adoptPublished } from '../../certificates/adopt.ts';
import type { Generation } from '../../certificates/generation.ts';
import type { Issuers } from '../../certificates/issuers.ts';
import {
  foldersFor,
  foldersForRequest,
  type LiveFolder,
  readLiveFolders,
  writeLiveFolders,
} from '../../certificates/live-folders.ts';
import { namesAtFault } from '../../certificates/names-at-fault.ts';
import { type LivePaths, livePaths, publishLive } from '../../certificates/publish.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import { publishRoot } from '../authority/root.ts';
import { type StateSession, withState } from '../state.ts';
import { clock, random } from '../system.ts';
import { type IssuerOptions, standAloneIssuers } from './issuers.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

export interface ObtainOptions extends IssuerOptions {
  /** Do not wait because of earlier failures, only for the limits of the authority. */
  insists?: boolean | undefined;
  /** Name of the folder under `live/`; undefined: the first name. */
  folder?: string | undefined;
  /** Takes another folder if that one belongs to another certificate. */
  yields?: boolean;
  /** Gets the events of the attempt. */
  events?: EventBus | undefined;
  /** Aborts the attempt. */
  signal: AbortSignal;
}

export interface ObtainResult {
  generation: Generation;
  renewal: RenewalPlan | undefined;
  /** Why the renewal failed; `generation` is then the old certificate. */
  failure: ErrorData | undefined;
}

/** `failure`: as in `ObtainResult`. */
export interface ObtainSummary extends CertificateSummary {
  live: LivePaths;
  failure: ErrorData | undefined;
  /** The folder had no private authority, so this command made one. */
  hasMadeAuthority?: boolean;
}

/**
 * Obtains a certificate without an edge and publishes it under `live/`. A stored certificate that is not due is kept.
 * @throws EveryhopError why issuing failed; stored certificates stay.
 */
export async function obtainCertificate(
  options: ObtainOptions & { stateFolder: string; isNew?: boolean | undefined },
): Promise<ObtainSummary> {
  const { stateFolder, isNew } = options;
  const obtain = async (session: StateSession): Promise<ObtainSummary> => {
    const { generation, renewal, failure, live } = await obtainIn(session, options);
    return {
      ...summaryOf(session.folder, generation, live),
      live: livePaths(session.folder, live),
      renewal,
      failure,
      hasMadeAuthority: session.hasMadeAuthority,
    };
  };
  return withState(stateFolder, obtain, { isNew, names: options.names });
}

/** Like `obtainCertificate`, in an open session. */
export async function obtainIn(
  session: StateSession,
  options: ObtainOptions,
): Promise<ObtainResult & { live: string }> {
  const database = await session.database();
  const folders = await foldersOf(session, options);
  const held = folders.map(({ name }) => name);
  await adoptPublished(database, session.folder, held);
  const issuers = await standAloneIssuers(options, session, database, options.events);
  let result = await issueOnce(session, issuers, options);
  const rest = options.yields ? undefined : urgentRest(result, options.names);
  if (rest) {
    const { failure } = result;
    const others = { ...options, names: rest };
    const instead = await standAloneIssuers(others, session, database, options.events);
    result = { ...(await issueOnce(session, instead, others)), failure };
  }
  for (const { name } of folders) await publishLive(session.folder, result.generation, name);
  await database.transaction((transaction) => writeLiveFolders(transaction, folders));
  const root = result.generation.issuer === 'private' ? await session.root() : undefined;
  if (root !== undefined) await publishRoot(session.folder, root);
  return { ...result, live: folders[0]!.name };
}

/**
 * The names that can still be certified, once the certificate for all of them is in its last tenth and its renewal fails
 * because of the others: better a certificate without those than an expired one. The next run tries all again.
 */
function urgentRest({ generation, failure }: ObtainResult, names: readonly string[]): string[] | undefined {
  const { notBeforeMs, notAfterMs } = generation;
  const isUrgent = notAfterMs - clock.now() < (notAfterMs - notBeforeMs) / 10;
  const failing = failure && isUrgent ? (namesAtFault(failure, names) ?? []) : [];
  return failing.length > 0 ? names.filter((name) => !failing.includes(name)) : undefined;
}

/** Before the attempt: a folder that belongs to another certificate must not cost an issuance. */
async function foldersOf(session: StateSession, { names, folder, yields }: ObtainOptions): Promise<LiveFolder[]> {
  const present = await readLiveFolders(await session.database(), session.folder);
  try {
    return foldersForRequest(names, folder, present);
  } catch (error) {
    if (!yields) throw error;
    return foldersFor([{ names }], present);
  }
}

/** Closes the issuers. */
export async function issueOnce(
  session: StateSession,
  issuers: Issuers,
  { names, signal, insists, events = new EventBus() }: Pick<ObtainOptions, 'names' | 'signal' | 'insists' | 'events'>,
): Promise<ObtainResult> {
  let failure: ErrorData | undefined;
  events.on('certificate.failed', ({ error }) => (failure = error));
  const certificates = new Certificates({
    database: await session.database(),
    issuersFor: (set) => issuers.for(set),
    clock,
    random,
    events,
  });
  const stop = (): void => void certificates.stop(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const generation = await certificates.ensureAdvised(names, insists);
    return { generation, renewal: certificates.plan(generation), failure };
  } finally {
    signal.removeEventListener('abort', stop);
    await certificates.stop();
    await issuers.close();
  }
}

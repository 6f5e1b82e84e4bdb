import type { ErrorData } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { Certificates } from '../../certificates/certificates.ts';
import type { Generation } from '../../certificates/generation.ts';
import type { Issuers } from '../../certificates/issuers.ts';
import { publishLive } from '../../certificates/publish.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import { publishRoot } from '../authority/root.ts';
import { type StateSession, withState } from '../state.ts';
import { clock, random } from '../system.ts';
import { type IssuerOptions, standAloneIssuers } from './issuers.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

export interface ObtainOptions extends IssuerOptions {
  /** Do not wait because of earlier failures, only for the limits of the authority. */
  insists?: boolean | undefined;
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
  failure: ErrorData | undefined;
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
    const { generation, renewal, failure } = await obtainIn(session, options);
    return { ...summaryOf(session.folder, generation), renewal, failure };
  };
  return withState(stateFolder, obtain, { isNew });
}

/** Like `obtainCertificate`, in an open session. */
export async function obtainIn(session: StateSession, options: ObtainOptions): Promise<ObtainResult> {
  const issuers = await standAloneIssuers(options, session, await session.database(), options.events);
  const result = await issueOnce(session, issuers, options);
  await publishLive(session.folder, result.generation);
  const root = result.generation.issuer === 'private' ? await session.root() : undefined;
  if (root !== undefined) await publishRoot(session.folder, root);
  return result;
}

/** Closes the issuers. */
export async function issueOnce(
  session: StateSession,
  issuers: Issuers,
  { names, signal, insists, events = new EventBus() }: ObtainOptions,
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
  signal.addEventListener('abort', () => void certificates.stop());
  try {
    const generation = await certificates.ensureAdvised(names, insists);
    return { generation, renewal: certificates.plan(generation), failure };
  } finally {
    await certificates.stop();
    await issuers.close();
  }
}

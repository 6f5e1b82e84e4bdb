import type { Answer } from './answer.ts';
import type { AcmeClient } from './client.ts';
import { identifierKey, identifierOf } from './identifier.ts';
import { base64url, type Signer } from './jws.ts';
import { AcmeError, type NameFailure, type Problem, problemError, problemText, readProblem } from './problem.ts';
import { poll } from './wait.ts';

export interface OrderRequest {
  /** DNS names (`*.` allowed) and addresses, canonical, without duplicates. */
  names: readonly string[];
  /** Sent only if the authority advertises it. */
  profile?: string | undefined;
  /** ARI identifier of the certificate being replaced, which must be from the same authority (RFC 9773 §5). */
  replaces?: string | undefined;
}

/** RFC 8555 §7.1.3. */
export interface Order {
  url: string;
  /** `pending`, `ready`, `processing`, `valid`, `invalid`, or a status unknown to us. */
  status: string;
  names: readonly string[];
  authorizations: string[];
  finalize: string;
  certificate: string | undefined;
  /** The profile used by the authority. */
  profile: string | undefined;
  problem: Problem | undefined;
  retryAfterMs: number | undefined;
}

/**
 * Places an order. The authority may answer with an existing one. `replaces` is advice (RFC 9773 §5): if an order with
 * it is refused, it is placed again without it, unless the refusal is clearly about something else.
 * @returns an order that is not `invalid`; `replaces`: whether the authority accepted it.
 * @throws AcmeError `acme.name-refused`, `.rate-limited`, `.paused`, `.account-missing`, …; `x509.name-invalid`.
 */
export async function newOrder(
  client: AcmeClient,
  signer: Signer,
  request: OrderRequest,
  signal: AbortSignal,
): Promise<Order & { replaces: boolean }> {
  const directory = await client.directory(signal);
  const { names, profile } = request;
  const isAdvertised = profile !== undefined && Object.hasOwn(directory.profiles, profile);
  const replaces = directory.renewalInfo === undefined ? undefined : request.replaces;
  const payload = {
    identifiers: names.map(identifierOf),
    ...(isAdvertised ? { profile } : {}),
    ...(replaces === undefined ? {} : { replaces }),
  };
  try {
    const answer = await client.post(directory.newOrder, payload, signer, { signal, names });
    const order = readOrder(answer, answer.location(), names);
    if (order.status === 'invalid') throw orderError(client.authority, order);
    return { ...order, replaces: replaces !== undefined };
  } catch (error) {
    if (replaces === undefined || !mayBeAboutReplaces(error)) throw error;
    return newOrder(client, signer, { names, profile }, signal);
  }
}

/**
 * Refusals that may be due to `replaces`. alreadyReplaced (409) is `acme.refused`; an authority that does not find the
 * certificate answers malformed, unauthorized or 500. Rate limits, terms, the account, a name, the profile, CAA and an
 * overloaded server (503) have their own codes, and would recur without `replaces`.
 */
const vagueRefusals: ReadonlySet<string> = new Set([
  'acme.refused',
  'acme.account-refused',
  'acme.server-failed',
  'acme.order-failed',
]);

function mayBeAboutReplaces(error: unknown): boolean {
  return error instanceof AcmeError && vagueRefusals.has(error.code);
}

/** @throws AcmeError `acme.answer-malformed`, also if the order is for other names. */
function readOrder(answer: Answer, url: string, names: readonly string[]): Order {
  const fields = answer.fields();
  const wanted = new Set(names.map((name) => identifierKey(identifierOf(name))));
  const given = new Set(fields.list('identifiers').map(identifierKey)); // in any order
  if (wanted.size !== given.size || ![...wanted].every((key) => given.has(key))) throw answer.malformed('identifiers');
  const authorizations = fields.urls('authorizations');
  return readState(answer, { url, names, authorizations, finalize: fields.url('finalize') });
}

/** Reads the mutable fields of an order. Some authorities omit the others in later answers. */
function readState(answer: Answer, order: Pick<Order, 'url' | 'names' | 'authorizations' | 'finalize'>): Order {
  const fields = answer.fields();
  const problem = fields.raw('error');
  return {
    ...order,
    status: fields.text('status'),
    certificate: fields.optionalUrl('certificate'),
    profile: fields.optionalText('profile'),
    problem: problem === undefined || problem === null ? undefined : readProblem(problem),
    retryAfterMs: answer.retryAfterMs,
  };
}

/**
 * Sends the CSR and waits until the certificate is issued.
 * @param csr DER.
 * @returns the valid order, with its `certificate`.
 * @throws AcmeError `acme.order-failed`, `.key-refused`, `.caa`, …
 */
export async function finalizeOrder(
  client: AcmeClient,
  signer: Signer,
  order: Order,
  csr: Buffer,
  signal: AbortSignal,
): Promise<Order & { certificate: string }> {
  const { names } = order;
  const look = async (): Promise<Order> =>
    readState(await client.post(order.url, undefined, signer, { signal, names }), order);
  const send = async (): Promise<Order> => {
    try {
      const answer = await client.post(order.finalize, { csr: base64url(csr) }, signer, { signal, names });
      return readState(answer, order);
    } catch (error) {
      // Not ready yet; or already finalized, if the request arrived and its answer was lost.
      if (error instanceof AcmeError && error.problem?.type === 'orderNotReady') return look();
      throw error;
    }
  };
  const isDone = ({ status }: Order): boolean => status === 'valid' || status === 'invalid';
  const again = ({ status }: Order): Promise<Order> => (status === 'ready' ? send() : look());
  const done = await poll(client.clock, signal, await send(), isDone, again);
  if (done.status === 'valid' && done.certificate !== undefined) return { ...done, certificate: done.certificate };
  throw orderError(client.authority, done);
}

/** The reason why an order is invalid. */
export function orderError(authority: string, { names, problem, status }: Order): AcmeError {
  if (!problem) {
    return new AcmeError('acme.order-failed', { authority, names: names.join(', '), detail: status });
  }
  const failures: NameFailure[] = problem.subproblems.flatMap((inner) => {
    return inner.identifier ? [{ name: inner.identifier.value, challengeType: undefined, problem: inner }] : [];
  });
  const { code, params } = problemError(authority, problem.status ?? 0, problem, { names });
  if (code !== 'acme.refused' && code !== 'acme.account-refused')
    return new AcmeError(code, params, { problem, failures });
  const detail = problemText(problem);
  return new AcmeError('acme.order-failed', { authority, names: names.join(', '), detail }, { problem, failures });
}

import { createHash } from 'node:crypto';
import { certificateName } from '../x509/host-name.ts';
import type { Answer, Fields } from './answer.ts';
import type { Challenge, ChallengeSolver, Identifier } from './challenge.ts';
import type { AcmeClient } from './client.ts';
import { keyAuthorization, type Signer } from './jws.ts';
import { AcmeError, type NameFailure, type Problem, problemError, problemText, readProblem } from './problem.ts';
import type { OnStep } from './step.ts';
import { poll, untilAborted, withinTime } from './wait.ts';

/** Time limits for removing answers and for deactivating authorizations. Both also run after the order's deadline. */
const cleaningLimitMs = 60_000;
const deactivationLimitMs = 5_000;

/** A challenge offered by the authority (RFC 8555 §7.1.5, §8). */
interface Offer {
  type: string;
  url: string;
  token: string;
  status: string;
  problem: Problem | undefined;
}

/** RFC 8555 §7.1.4. */
export interface Authorization {
  url: string;
  identifier: Identifier;
  isWildcard: boolean;
  /** `pending`, `valid`, `invalid`, `deactivated`, `expired`, `revoked`, or a status unknown to us. */
  status: string;
  offers: Offer[];
  retryAfterMs: number | undefined;
}

/** A name to validate, and the challenge chosen for it. */
interface Proof {
  authorization: Authorization;
  offer: Offer;
  solver: ChallengeSolver;
  challenge: Challenge;
}

export async function readAuthorization(
  client: AcmeClient,
  signer: Signer,
  url: string,
  signal: AbortSignal,
): Promise<Authorization> {
  return parseAuthorization(await client.post(url, undefined, signer, { signal }));
}

function parseAuthorization(answer: Answer): Authorization {
  const fields = answer.fields();
  const identifier = fields.object('identifier');
  const type = identifier.text('type');
  if (type !== 'dns' && type !== 'ip') throw answer.malformed('identifier.type');
  return {
    url: answer.url,
    identifier: { type, value: certificateName(identifier.text('value')).text },
    isWildcard: fields.raw('wildcard') === true,
    status: fields.text('status'),
    offers: fields.objects('challenges').flatMap(readOffer),
    retryAfterMs: answer.retryAfterMs,
  };
}

/**
 * Unknown challenge types may have any shape, so unreadable ones are skipped. A token becomes a file name: accept
 * base64url only (RFC 8555 §8.3).
 */
function readOffer(fields: Fields): Offer[] {
  const type = fields.optionalText('type');
  const token = fields.optionalText('token') ?? '';
  if (type === undefined || !/^[\w-]{16,200}$/.test(token)) return [];
  const problem = fields.raw('error');
  return [
    {
      type,
      token,
      url: fields.url('url'),
      status: fields.optionalText('status') ?? 'pending',
      problem: problem === undefined || problem === null ? undefined : readProblem(problem),
    },
  ];
}

/** An authorization never leaves these states. In any other, known or not, it may still become valid. */
const final: readonly string[] = ['invalid', 'deactivated', 'expired', 'revoked'];
const isOver = ({ status }: Authorization): boolean => status === 'valid' || final.includes(status);

function fullName({ identifier, isWildcard }: Authorization): string {
  return isWildcard ? `*.${identifier.value}` : identifier.value;
}

/**
 * Validates all names that are not valid yet, in parallel: publishes the answers, checks them from here, and only then
 * asks the authority to validate. Always removes the answers.
 * @param solvers in order of preference.
 * @param names of the order. The authority may ask for a proof of no other name, and of each only once.
 * @throws AcmeError `acme.answer-malformed` for another name, and `acme.no-challenge`, before anything is published; `.validation-*` and `.caa` with the failure of
 *   each name; errors of the solvers.
 */
export async function authorize(
  client: AcmeClient,
  signer: Signer,
  { authorizations: urls, names }: { authorizations: readonly string[]; names: readonly string[] },
  solvers: readonly ChallengeSolver[],
  signal: AbortSignal,
  onStep: OnStep = () => {},
): Promise<void> {
  const authorizations = await Promise.all(urls.map((url) => readAuthorization(client, signer, url, signal)));
  checkNames(authorizations, names);
  const open = authorizations.filter(({ status }) => status !== 'valid');
  try {
    const proofs = open.map((authorization) => chooseProof(client, signer, authorization, solvers));
    await withAnswers(client, proofs, signal, onStep, () => validate(client, signer, proofs, signal));
  } catch (error) {
    await deactivate(client, signer, open);
    throw error;
  }
}

function checkNames(authorizations: readonly Authorization[], names: readonly string[]): void {
  const open = new Set(names);
  for (const authorization of authorizations) {
    if (open.delete(fullName(authorization))) continue;
    throw new AcmeError('acme.answer-malformed', { url: authorization.url, field: 'identifier' });
  }
}

function chooseProof(
  client: AcmeClient,
  signer: Signer,
  authorization: Authorization,
  solvers: readonly ChallengeSolver[],
): Proof {
  const { identifier, isWildcard, offers } = authorization;
  const name = fullName(authorization);
  if (isOver(authorization)) throw validationError(client.authority, [failureOf(authorization, undefined)]);
  for (const solver of solvers) {
    const offer = offers.find(({ type }) => type === solver.type);
    if (!offer || !(solver.suits?.(identifier, isWildcard) ?? true)) continue;
    const authorized = keyAuthorization(offer.token, signer.key);
    const challenge = {
      identifier,
      name: identifier.value,
      isWildcard,
      token: offer.token,
      keyAuthorization: authorized,
      dnsValue: createHash('sha256').update(authorized).digest('base64url'),
    };
    return { authorization, offer, solver, challenge };
  }
  const offered = offers.map(({ type }) => type).join(', ') || '–';
  throw new AcmeError('acme.no-challenge', { authority: client.authority, name, offered });
}

/** Runs `work` while all answers are published. */
async function withAnswers(
  client: AcmeClient,
  proofs: readonly Proof[],
  signal: AbortSignal,
  onStep: OnStep,
  work: () => Promise<void>,
): Promise<void> {
  const groups = Map.groupBy(proofs, ({ solver }) => solver);
  const each = (act: (solver: ChallengeSolver, challenges: Challenge[]) => Promise<void> | undefined) =>
    Promise.allSettled(
      Array.from(groups, async ([solver, group]) => {
        const challenges = group.map(({ challenge }) => challenge);
        await act(solver, challenges);
      }),
    );
  try {
    if (proofs.length > 0) onStep('answers');
    throwFirst(await each((solver, challenges) => untilAborted(solver.prepare(challenges, signal), signal)));
    if (proofs.length > 0) onStep('visible');
    throwFirst(
      await each((solver, challenges) => solver.check && untilAborted(solver.check(challenges, signal), signal)),
    );
    if (proofs.length > 0) onStep('validation');
    await work();
  } finally {
    const late = (): Error => new AcmeError('acme.timeout', { authority: 'clean', seconds: cleaningLimitMs / 1000 });
    // A leftover answer does no harm and is no reason to give up the certificate.
    await withinTime(client.clock, cleaningLimitMs, late, undefined, (limit) =>
      each((solver, challenges) => untilAborted(solver.clean(challenges), limit)),
    );
  }
}

/** Throws the first failure, after everything has settled. */
function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function validate(
  client: AcmeClient,
  signer: Signer,
  proofs: readonly Proof[],
  signal: AbortSignal,
): Promise<void> {
  const failures: NameFailure[] = [];
  const outcomes = await Promise.allSettled(
    proofs.map(async (proof) => {
      const seen = await validateOne(client, signer, proof, signal);
      Object.assign(proof.authorization, seen);
      if (seen.status !== 'valid') failures.push(failureOf(seen, proof.offer.type));
    }),
  );
  throwFirst(outcomes);
  if (failures.length > 0) throw validationError(client.authority, failures);
}

async function validateOne(
  client: AcmeClient,
  signer: Signer,
  { authorization, offer }: Proof,
  signal: AbortSignal,
): Promise<Authorization> {
  const look = (): Promise<Authorization> => readAuthorization(client, signer, authorization.url, signal);
  let retryAfterMs: number | undefined;
  try {
    const answer = await client.post(offer.url, {}, signer, { signal, names: [fullName(authorization)] });
    retryAfterMs = answer.retryAfterMs;
  } catch (error) {
    // Another order may share this authorization and have started or finished its validation.
    if (!(error instanceof AcmeError) || error.code !== 'acme.refused') throw error;
    const seen = await look();
    const isUnderWay = seen.offers.some(({ type, status }) => type === offer.type && status === 'processing');
    if (!isOver(seen) && !isUnderWay) throw error;
  }
  const isDone = (seen: Authorization): boolean =>
    isOver(seen) || seen.offers.some(({ type, status }) => type === offer.type && status === 'invalid');
  return poll(client.clock, signal, { ...authorization, retryAfterMs }, isDone, look);
}

function failureOf(authorization: Authorization, challengeType: string | undefined): NameFailure {
  const failed = authorization.offers.find(
    ({ type, problem }) => problem && (!challengeType || type === challengeType),
  );
  const problem = failed?.problem ?? readProblem({ detail: authorization.status });
  return { name: fullName(authorization), challengeType: challengeType ?? failed?.type, problem };
}

/** Types from RFC 8555 §6.7, and those of Boulder and others. */
const causes: Readonly<Record<string, 'connection' | 'dns' | 'answer' | 'caa'>> = {
  connection: 'connection',
  tls: 'connection',
  dns: 'dns',
  dnssec: 'dns',
  unauthorized: 'answer',
  incorrectResponse: 'answer',
  caa: 'caa',
};

/** One error for all failed names: specific if they share a cause, otherwise `acme.validation-failed`. */
function validationError(authority: string, failures: NameFailure[]): AcmeError {
  const names = failures.map(({ name }) => name).join(', ');
  const detail =
    failures.length === 1
      ? problemText(failures[0]!.problem)
      : failures.map(({ name, problem }) => `${name}: ${problemText(problem)}`).join('; ');
  const kinds = new Set(failures.map(({ problem }) => causes[problem.type]));
  const kind = kinds.size === 1 ? [...kinds][0] : undefined;
  const problem = failures[0]!.problem;
  if (problem.type === 'rateLimited') {
    const { code, params } = problemError(authority, 429, problem);
    return new AcmeError(code, params, { problem, failures });
  }
  const first = failures[0]!.name.replace(/^\*\./, '');
  const params = { authority, names, detail, first };
  if (kind === 'caa') return new AcmeError('acme.caa', params, { problem, failures });
  return new AcmeError(`acme.validation-${kind ?? 'failed'}`, params, { problem, failures });
}

/** Deactivates open authorizations (RFC 8555 §7.5.2): pending ones count against the account. */
async function deactivate(client: AcmeClient, signer: Signer, authorizations: readonly Authorization[]): Promise<void> {
  const pending = authorizations.filter((authorization) => !isOver(authorization));
  const late = (): Error =>
    new AcmeError('acme.timeout', { authority: client.authority, seconds: deactivationLimitMs / 1000 });
  await withinTime(client.clock, deactivationLimitMs, late, undefined, (signal) =>
    Promise.allSettled(
      pending.map(({ url }) => client.post(url, { status: 'deactivated' }, signer, { signal, retry: false })),
    ),
  );
}

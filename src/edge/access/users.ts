import { systemClock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { EdgeContext } from '../connection.ts';
import type { Fields } from '../http1/head.ts';
import { fieldOf, type LocalResponse } from '../local-response.ts';
import { type EdgeRequest, refusal } from '../request.ts';
import type { EdgeUsers } from '../snapshot.ts';
import { HashQueue } from './hash-queue.ts';
import { LogInDelay } from './log-in-delay.ts';
import { type UserFile, userFileOf } from './user-file.ts';
import type { Outcome, Way } from './way.ts';

const consumed = ['authorization'];

/** Of a worker. */
interface Attempts {
  delay: LogInDelay;
  queue: HashQueue;
}

const attempts = new WeakMap<EdgeContext, Attempts>();

function attemptsOf(context: EdgeContext): Attempts {
  let found = attempts.get(context);
  if (!found) attempts.set(context, (found = { delay: new LogInDelay(systemClock), queue: new HashQueue() }));
  return found;
}

type Verdict = 'right' | 'wrong' | 'busy' | 'failed' | { waitMs: number };

/** Verifications under way, by digest: a page whose assets come at once costs one hash. */
const underWay = new Map<string, Promise<{ verdict: Verdict; detail?: string }>>();

/** Basic authentication (RFC 7617) against an htpasswd file. */
export function usersWay(users: EdgeUsers): Way {
  const file = userFileOf(users);
  const challengeField = `Basic realm="${users.realm.replaceAll(/["\\]/g, '')}", charset="UTF-8"`;
  return {
    identify(request, context) {
      const authorization = fieldOf(request.head.fields, 'authorization');
      if (authorization === undefined || !/^basic /i.test(authorization)) return undefined;
      if (file.isEmpty)
        return { refused: 'edge.access-no-users', answer: refusal(request, 503, 'edge.access-no-users') };
      const digest = file.digestOf(authorization);
      const user = file.userOf(digest);
      if (user !== undefined) return identified(user);
      if (file.isKnownWrong(digest, performance.now())) return wrong(request);
      return verify(request, file, authorization, digest, attemptsOf(context));
    },
    challenge(request) {
      if (file.isEmpty) return refusal(request, 503, 'edge.access-no-users');
      const answer = refusal(request, 401, request.error ?? 'edge.access-needed');
      return { ...answer, fields: [...answer.fields, 'WWW-Authenticate', challengeField] };
    },
  };
}

async function verify(
  request: EdgeRequest,
  file: UserFile,
  authorization: string,
  digest: string,
  ofWorker: Attempts,
): Promise<Outcome> {
  const credentials = credentialsOf(authorization);
  if (!credentials) return wrong(request);
  const { name, password } = credentials;
  let verification = underWay.get(digest);
  if (!verification) {
    verification = attempt(ofWorker, request.visitor.address, file, name, password).finally(() =>
      underWay.delete(digest),
    );
    underWay.set(digest, verification);
  }
  const { verdict, detail } = await verification;
  if (detail !== undefined) request.detail = detail;
  switch (verdict) {
    case 'right':
      file.remember(digest, name);
      return identified(name);
    case 'wrong':
      file.noteWrong(digest, performance.now());
      return wrong(request);
    case 'busy':
      return { refused: 'edge.access-busy', answer: later(refusal(request, 503, 'edge.access-busy'), 2) };
    case 'failed':
      return { refused: 'edge.access-failed', answer: refusal(request, 503, 'edge.access-failed') };
    default: {
      const answer = refusal(request, 429, 'edge.access-delayed');
      return { refused: 'edge.access-delayed', answer: later(answer, Math.ceil(verdict.waitMs / 1000)) };
    }
  }
}

async function attempt(
  { delay, queue }: Attempts,
  address: string,
  file: UserFile,
  name: string,
  password: Buffer,
): Promise<{ verdict: Verdict; detail?: string }> {
  const waitMs = delay.begin(address, name);
  if (waitMs > 0) return { verdict: { waitMs } };
  const hashing = queue.run(address, () => file.verify(name, password));
  if (!hashing) {
    delay.withdraw(address, name);
    return { verdict: 'busy' };
  }
  try {
    if (!(await hashing)) return { verdict: 'wrong' };
    delay.succeed(address, name);
    return { verdict: 'right' };
  } catch (error) {
    delay.withdraw(address, name);
    return { verdict: 'failed', detail: describeError(error) };
  }
}

/** Bytes, as latin1 text: browsers send UTF-8, as the file is. undefined: malformed. */
function credentialsOf(authorization: string): { name: string; password: Buffer } | undefined {
  const token = authorization.slice('basic '.length).trim();
  if (!/^[\w+/-]+={0,2}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64');
  const colon = bytes.indexOf(':');
  if (colon < 0) return undefined;
  return { name: bytes.toString('latin1', 0, colon), password: bytes.subarray(colon + 1) };
}

/** Removes passwords of users from a request that needs none: a browser sends them to every path. The app may have users of its own. */
export function dropPasswords(fields: Fields, users: EdgeUsers): void {
  for (let at = fields.length - 2; at >= 1; at -= 3) {
    const value = fields[at + 1]!;
    if (fields[at] !== 'authorization' || !/^basic /i.test(value)) continue;
    const credentials = credentialsOf(value);
    if (credentials && userFileOf(users).has(credentials.name)) fields.splice(at - 1, 3);
  }
}

function wrong(request: EdgeRequest): Outcome {
  request.error = 'edge.access-wrong';
  return { refused: 'edge.access-wrong' };
}

function identified(name: string): Outcome {
  return { identity: { way: 'user', name: Buffer.from(name, 'latin1').toString(), fields: [], consumed } };
}

function later(answer: LocalResponse, seconds: number): LocalResponse {
  return { ...answer, fields: [...answer.fields, 'Retry-After', String(seconds)] };
}

import { addressMatcher } from '../../names/address-matcher.ts';
import type { EdgeContext } from '../connection.ts';
import { pathOf } from '../http1/head.ts';
import { fieldOf, type LocalResponse } from '../local-response.ts';
import { type EdgeRequest, refusal } from '../request.ts';
import type { EdgeAccess, EdgeSite, EdgeUsers } from '../snapshot.ts';
import { certificateWay } from './certificate.ts';
import { forwardAuthWay } from './forward-auth.ts';
import { dropKeys, keysWay } from './keys.ts';
import { mayBeLent } from './lent-credentials.ts';
import { oidcWay } from './oidc/way.ts';
import { publicPaths } from './public-paths.ts';
import { dropPasswords, usersWay } from './users.ts';
import type { Identity } from './identity.ts';
import type { Outcome, Refusal, Way } from './way.ts';

type Answer = LocalResponse | undefined;

/** Who may come in on a route. */
interface Gate {
  allows: ((address: string) => boolean) | undefined;
  denies: ((address: string) => boolean) | undefined;
  /** Of a target without its query. */
  isPublic: ((path: string) => boolean) | undefined;
  /** A visitor needs one of them. Empty: addresses alone decide. */
  ways: readonly Way[];
  /** Those with paths of their own. */
  serving: readonly Way[];
  /** In which they are to tell a person with a browser how to identify: a program would rather send a key. */
  challengingPages: readonly Way[];
  takesKeys: boolean;
  users: EdgeUsers | undefined;
}

const gates = new WeakMap<EdgeAccess, Gate>();

/** The answer for a visitor who may not come in; undefined: the visitor may, and `request.identity` says who it is, if known. */
export function admit(
  request: EdgeRequest,
  site: EdgeSite,
  access: EdgeAccess,
  context: EdgeContext,
): Answer | Promise<Answer> {
  const gate = gateOf(access, site);
  if (!admits(gate, request)) return refusal(request, 403, 'edge.access-address');
  if (gate.ways.length === 0) return undefined;
  return gate.serving.length === 0 ? identify(request, gate, context) : serve(request, gate, 0, context);
}

/** Whether `allow` and `deny` admit the visitor's address. */
export function admitsAddress(request: EdgeRequest, site: EdgeSite, access: EdgeAccess): boolean {
  return admits(gateOf(access, site), request);
}

function admits({ allows, denies }: Gate, { visitor: { address } }: EdgeRequest): boolean {
  return denies?.(address) !== true && allows?.(address) !== false;
}

function gateOf(access: EdgeAccess, site: EdgeSite): Gate {
  let gate = gates.get(access);
  if (!gate) gates.set(access, (gate = makeGate(access, site)));
  return gate;
}

/** The paths of the ways: ends of log-ins, for example. */
function serve(request: EdgeRequest, gate: Gate, from: number, context: EdgeContext): Answer | Promise<Answer> {
  for (let at = from; at < gate.serving.length; at += 1) {
    const answer = gate.serving[at]!.serve!(request, context);
    if (answer instanceof Promise) return answer.then((settled) => settled ?? serve(request, gate, at + 1, context));
    if (answer) return answer;
  }
  return identify(request, gate, context);
}

function identify(request: EdgeRequest, gate: Gate, context: EdgeContext): Answer | Promise<Answer> {
  if (gate.isPublic?.(pathOf(request.head.target)) !== true) return ask(request, gate, 0, context);
  if (gate.takesKeys) dropKeys(request.head.fields);
  if (gate.users) dropPasswords(request.head.fields, gate.users);
  return undefined;
}

/** @param refused by a way before `from`: wrong credentials of one kind do not take away those of another, such as a session. */
function ask(
  request: EdgeRequest,
  gate: Gate,
  from: number,
  context: EdgeContext,
  refused?: Refusal,
): Answer | Promise<Answer> {
  for (let at = from; at < gate.ways.length; at += 1) {
    const outcome = gate.ways[at]!.identify(request, context);
    if (outcome instanceof Promise)
      return outcome.then((settled) => {
        const judged = withoutLoan(request, settled);
        if (judged && 'identity' in judged) return enter(request, gate, judged.identity);
        return ask(request, gate, at + 1, context, refused ?? judged);
      });
    const judged = withoutLoan(request, outcome);
    if (judged && 'identity' in judged) return enter(request, gate, judged.identity);
    refused ??= judged;
  }
  if (!refused) return challenge(request, gate, context, 'edge.access-needed');
  if (!refused.answer) return challenge(request, gate, context, refused.refused);
  request.error = refused.refused;
  return refused.answer;
}

/** Refuses credentials that a browser may have added to the request of another website. */
function withoutLoan(request: EdgeRequest, outcome: Outcome | undefined): Outcome | undefined {
  if (!outcome || !('identity' in outcome) || !mayBeLent(request, outcome.identity)) return outcome;
  const code = 'edge.access-cross-origin';
  return { refused: code, answer: refusal(request, 403, code) };
}

function enter(request: EdgeRequest, gate: Gate, identity: Identity): undefined {
  if (gate.takesKeys && identity.way !== 'key') dropKeys(request.head.fields);
  if (gate.users && identity.way !== 'user') dropPasswords(request.head.fields, gate.users);
  request.identity = identity;
  request.error = undefined; // of a way that has refused
}

function challenge(request: EdgeRequest, gate: Gate, context: EdgeContext, error: string): LocalResponse {
  const isPage = (fieldOf(request.head.fields, 'accept') ?? '').includes('text/html');
  for (const way of isPage ? gate.challengingPages : gate.ways) {
    const answer = way.challenge?.(request, context);
    if (!answer) continue;
    request.error ??= error;
    return answer;
  }
  return refusal(request, 401, error);
}

/** In the order in which they are asked. */
function waysOf({ clientCertificates, keys, users, oidc, forwardAuth }: EdgeAccess, site: EdgeSite): Way[] {
  const ways: Way[] = [];
  if (clientCertificates) ways.push(certificateWay(clientCertificates));
  if (keys !== undefined) ways.push(keysWay(keys, site));
  if (users) ways.push(usersWay(users));
  if (oidc) ways.push(oidcWay(oidc, site));
  if (forwardAuth) ways.push(forwardAuthWay(forwardAuth));
  return ways;
}

function makeGate(access: EdgeAccess, site: EdgeSite): Gate {
  const { allow, deny, public: open = [], keys, users } = access;
  const ways = waysOf(access, site);
  return {
    allows: allow && addressMatcher(allow),
    denies: deny && addressMatcher(deny),
    isPublic: open.length === 0 ? undefined : publicPaths(open),
    ways,
    serving: ways.filter((way) => way.serve !== undefined),
    challengingPages: ways.toReversed(),
    takesKeys: keys !== undefined,
    users,
  };
}

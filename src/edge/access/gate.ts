import { addressMatcher } from '../../names/address-matcher.ts';
import type { EdgeContext } from '../connection.ts';
import { pathOf } from '../http1/head.ts';
import type { LocalResponse } from '../local-response.ts';
import { longest, pathViews, prefixOf } from '../path-views.ts';
import { type EdgeRequest, refusal } from '../request.ts';
import type { EdgeRoute, EdgeSite } from '../snapshot.ts';
import type { Outcome, Way } from './way.ts';

type EdgeAccess = NonNullable<EdgeRoute['access']>;
type Answer = LocalResponse | undefined;

/** Who may come in on a route. */
interface Gate {
  allows: ((address: string) => boolean) | undefined;
  denies: ((address: string) => boolean) | undefined;
  isPublic: (path: string) => boolean;
  ways: readonly Way[];
}

const gates = new WeakMap<EdgeAccess, Gate>();

/** The answer for a visitor who may not come in; undefined: the visitor may, and `request.identity` says who it is, if known. */
export function admit(
  request: EdgeRequest,
  site: EdgeSite,
  access: EdgeAccess,
  context: EdgeContext,
): Answer | Promise<Answer> {
  let gate = gates.get(access);
  if (!gate) gates.set(access, (gate = makeGate(access, site)));
  const { address } = request.visitor;
  if (gate.denies?.(address) === true || gate.allows?.(address) === false)
    return refusal(request, 403, 'edge.access-address');
  if (gate.ways.length === 0 || gate.isPublic(pathOf(request.head.target))) return undefined;
  return ask(request, gate.ways, 0, context);
}

function ask(request: EdgeRequest, ways: readonly Way[], from: number, context: EdgeContext): Answer | Promise<Answer> {
  for (let at = from; at < ways.length; at += 1) {
    const outcome = ways[at]!.identify(request, context);
    if (outcome instanceof Promise)
      return outcome.then((settled) =>
        settled ? conclude(request, settled, ways, context) : ask(request, ways, at + 1, context),
      );
    if (outcome) return conclude(request, outcome, ways, context);
  }
  return challenge(request, ways, context, 'edge.access-needed');
}

function conclude(request: EdgeRequest, outcome: Outcome, ways: readonly Way[], context: EdgeContext): Answer {
  if ('identity' in outcome) {
    request.identity = outcome.identity;
    return undefined;
  }
  if (!outcome.answer) return challenge(request, ways, context, outcome.refused);
  request.error = outcome.refused;
  return outcome.answer;
}

function challenge(request: EdgeRequest, ways: readonly Way[], context: EdgeContext, error: string): LocalResponse {
  request.error = error;
  for (const way of ways) {
    const answer = way.challenge?.(request, context);
    if (answer) return answer;
  }
  return refusal(request, 401, error);
}

function makeGate({ allow, deny, public: open = [] }: EdgeAccess, _site: EdgeSite): Gate {
  const prefixes = open.map(prefixOf);
  return {
    allows: allow && addressMatcher(allow),
    denies: deny && addressMatcher(deny),
    // Every reading must be public: the app might be the program that reads the path in another way.
    isPublic: (path) => prefixes.length > 0 && (pathViews(path)?.every((view) => longest(prefixes, view) > 0) ?? false),
    ways: [],
  };
}

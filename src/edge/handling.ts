import { challengePath } from '../acme/challenge.ts';
import { describeError } from '../base/errors.ts';
import { withBrackets } from '../names/address.ts';
import { clearTextKind } from './clear-text.ts';
import { admit } from './access/gate.ts';
import { serveLogIn } from './access/oidc/serve.ts';
import { challengeResponse, jsonResponse, type LocalResponse, redirectResponse } from './local-response.ts';
import { answerResponse } from './answer.ts';
import { preflightResponse } from './cors.ts';
import { documentResponse } from './documents.ts';
import type { EdgeContext } from './connection.ts';
import { strippedPrefix } from './forwarding.ts';
import { pathOf } from './http1/head.ts';
import { outerPrefix } from './outer-prefix.ts';
import { isLoop } from './loop.ts';
import { type EdgeRequest, refusal, startingResponse } from './request.ts';
import { exceeded, limitedAddress, retryAfter } from './route-limits.ts';
import { compile, hostName, tlsPolicyOf } from './routing.ts';
import { type EdgeRoute, type EdgeSite, type EdgeSnapshot, proofPath } from './snapshot.ts';
import { groupOf } from './upstream/groups.ts';
import { proxiedVisitor } from './visitor.ts';

/** The answer of the edge itself; undefined: the request goes to the app, and `request.forwarding` is set. */
export type Decision = LocalResponse | undefined;

/**
 * Decides how to handle a request, for both protocols. A promise only if another service, or work off this thread, takes part in
 * the decision; until it settles, the caller reads no body, and if the client has gone, drops the outcome.
 */
export function decide(request: EdgeRequest, context: EdgeContext): Decision | Promise<Decision> {
  const { head, facts } = request;
  const snapshot = context.snapshot();
  const visitor = proxiedVisitor(snapshot, facts, head.fields);
  if (visitor) request.visitor = visitor;
  if (head.method === 'GET' && head.target === proofPath + snapshot.proofToken) {
    request.unlogged = true;
    return jsonResponse({ revision: snapshot.revision, worker: process.pid });
  }
  if (head.target.startsWith(challengePath) && (head.method === 'GET' || head.method === 'HEAD')) {
    // The app may answer other tokens.
    const answer = context.challenges().http.get(head.target.slice(challengePath.length));
    if (answer !== undefined) return challengeResponse(answer);
  }
  if (head.method === 'CONNECT' || head.method === 'TRACE') return refusal(request, 405, 'edge.method-refused');
  const host = hostName(head.host);
  const router = compile(snapshot);
  // An HTTP/1.0 request may lack Host; use our address instead.
  const site = router.site(host === '' ? facts.localAddress : host);
  const document = site && documentResponse(request, snapshot, site, context.documentRate);
  if (document) return document;
  const { scheme, saysScheme, proxied } = request.visitor;
  const outer = outerPrefix(head.fields, proxied);
  const redirects = facts.redirects && (facts.secure || scheme === 'http');
  if (isLoop(snapshot, head.fields, redirects)) return refusal(request, 508, 'edge.loop');
  if (redirects) {
    if (!site) return refusal(request, facts.secure ? 421 : 404, 'edge.unknown-host');
    const kind = facts.secure ? undefined : clearTextKind(head);
    if (kind) {
      context.clearText.add(head, request.visitor.address, kind, site.hosts[0]!, Date.now());
      request.error = 'edge.clear-text';
      request.detail = kind;
    }
    // A proxy in front has its own HTTPS, on the usual port. By a PROXY header, we know the port that the visitor used.
    const isOurs = snapshot.listeners.some(({ port: ours }) => ours === facts.localPort);
    const port = saysScheme || !isOurs ? 443 : snapshot.httpsPort;
    return redirectResponse(secureUrl(host || facts.localAddress, port, head.target, outer));
  }
  if (!site) return refusal(request, 421, 'edge.unknown-host');
  // Behind a proxy that ends TLS, no client certificate arrives.
  const isAdmitted = facts.secure ? tlsPolicyOf(site) === facts.policy : site.clientCertificates?.optional !== false;
  if (!isAdmitted) return refusal(request, 421, 'edge.other-policy');
  const ofLogIn = serveLogIn(request, site, context);
  if (ofLogIn) return ofLogIn instanceof Promise ? ofLogIn.catch((error: unknown) => failed(request, error)) : ofLogIn;
  const route = router.route(site, head.target);
  if (route === undefined) return refusal(request, 404, 'edge.no-route');
  if (route === 'blocked') return refusal(request, 404, 'edge.blocked');
  if (route === 'ambiguous') return refusal(request, 400, 'edge.ambiguous-path');
  request.route = route;
  const preflight = route.cors && preflightResponse(request, route.cors);
  if (preflight) return preflight;
  // Relative links of the page need the final slash.
  const isRoot = strippedPrefix(route) !== '' && pathOf(head.target) === route.path && !head.upgrade;
  if (isRoot && (head.method === 'GET' || head.method === 'HEAD'))
    return redirectResponse(`${outer}${route.path}/${head.target.slice(route.path.length)}`);
  // Before access: a decision may take time, and connections.
  const counted = context.requestsUnderWay.begin(limitedAddress(request), snapshot.connectionsPerClient);
  if (counted === 'client') return refusal(request, 429, 'edge.too-many-requests', retryAfter());
  if (counted === 'all') return refusal(request, 503, 'edge.busy');
  request.underWay = counted.key;
  const refused = route.access && admit(request, site, route.access, context);
  if (refused instanceof Promise)
    return refused.then(
      (answer) => answer ?? begin(request, snapshot, site, route, context),
      (error: unknown) => failed(request, error),
    );
  return refused ?? begin(request, snapshot, site, route, context);
}

/** A decision that fails closes the route. */
function failed(request: EdgeRequest, error: unknown): LocalResponse {
  request.detail = describeError(error);
  return refusal(request, 503, 'edge.access-failed');
}

/** Answers an admitted request, or sends it to its app. */
function begin(
  request: EdgeRequest,
  snapshot: EdgeSnapshot,
  site: EdgeSite,
  route: EdgeRoute,
  context: EdgeContext,
): Decision {
  const refused = route.limits && exceeded(request, route.limits, context);
  if (refused) return refused;
  if (route.headers?.isUnusable) return refusal(request, 503, 'edge.header-file');
  if (route.answer) return answerResponse(request, site, route, route.answer);
  const group = groupOf(snapshot, site, route);
  request.forwarding = { snapshot, site, route, upstream: route.upstreams[0]!, group, dispatch: undefined };
  if (group?.isStarting(performance.now())) return startingResponse(request);
  return undefined;
}

/** @param outer the prefix that a proxy in front has removed from the target. */
function secureUrl(host: string, port: number, target: string, outer: string): string {
  const authority = `${withBrackets(host)}${port === 443 ? '' : `:${port}`}`;
  return `https://${authority}${outer}${target === '*' ? '/' : target}`;
}

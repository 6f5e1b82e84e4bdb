import { challengePath } from '../acme/challenge.ts';
import { withBrackets } from '../names/address.ts';
import { type Answer, challengeAnswer, jsonAnswer, redirectAnswer } from './answers.ts';
import type { EdgeContext } from './connection.ts';
import { type EdgeRequest, refusal } from './request.ts';
import { compile, hostName, tlsPolicyOf } from './routing.ts';
import { proofPath } from './snapshot.ts';

/**
 * Decides on a request, for both protocols. Returns the edge's own answer, or undefined after setting
 * `request.forwarding`.
 */
export function decide(request: EdgeRequest, context: EdgeContext): Answer | undefined {
  const { head, facts } = request;
  const snapshot = context.snapshot();
  if (head.method === 'GET' && head.target === proofPath + snapshot.proofToken) {
    request.unlogged = true;
    return jsonAnswer({ revision: snapshot.revision, worker: process.pid });
  }
  if (head.target.startsWith(challengePath) && (head.method === 'GET' || head.method === 'HEAD')) {
    // Any other token may be one that the app itself answers.
    const answer = context.challenges().http.get(head.target.slice(challengePath.length));
    if (answer !== undefined) return challengeAnswer(answer);
  }
  if (head.method === 'CONNECT' || head.method === 'TRACE') return refusal(request, 405, 'edge.method-refused');
  const host = hostName(head.host);
  const router = compile(snapshot);
  // HTTP/1.0 may come without Host; the address that was reached is then the name.
  const site = router.site(host === '' ? facts.localAddress : host);
  if (!facts.secure) {
    if (!site) return refusal(request, 404, 'edge.unknown-host');
    return redirectAnswer(secureUrl(host || facts.localAddress, snapshot.httpsPort, head.target));
  }
  if (!site) return refusal(request, 421, 'edge.unknown-host');
  if (tlsPolicyOf(site) !== facts.policy) return refusal(request, 421, 'edge.other-policy');
  const route = router.route(site, head.target);
  if (route === undefined) return refusal(request, 404, 'edge.no-route');
  if (route === 'blocked') return refusal(request, 404, 'edge.blocked');
  if (route === 'ambiguous') return refusal(request, 400, 'edge.ambiguous-path');
  request.forwarding = { snapshot, site, route };
  return undefined;
}

function secureUrl(host: string, port: number, target: string): string {
  const authority = `${withBrackets(host)}${port === 443 ? '' : `:${port}`}`;
  return `https://${authority}${target === '*' ? '/' : target}`;
}

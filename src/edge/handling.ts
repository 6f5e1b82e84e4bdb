import { challengePath } from '../acme/http-01/check.ts';
import type { ConnectionFacts, EdgeContext } from './connection.ts';
import { type Answer, challengeAnswer, errorAnswer, type ErrorStatus, jsonAnswer, redirectAnswer } from './answers.ts';
import type { RequestHead } from './http1/head.ts';
import { compile, hostName, tlsPolicyOf } from './routing.ts';
import { type EdgeRoute, type EdgeSite, type EdgeSnapshot, proofPath } from './snapshot.ts';

/** What is done with a request: answered here, or forwarded. */
export type Handling =
  /** `unlogged`: the edge's own proof, whose token is not for the log. */
  | { kind: 'answer'; answer: Answer; error?: string; unlogged?: true }
  | { kind: 'forward'; snapshot: EdgeSnapshot; site: EdgeSite; route: EdgeRoute };

/** Decides on a request, for every protocol alike. */
export function handle(head: RequestHead, facts: ConnectionFacts, context: EdgeContext, id: string): Handling {
  const snapshot = context.snapshot();
  if (head.method === 'GET' && head.target === proofPath + snapshot.proofToken) {
    return { kind: 'answer', answer: jsonAnswer({ revision: snapshot.revision, worker: process.pid }), unlogged: true };
  }
  if (head.target.startsWith(challengePath) && (head.method === 'GET' || head.method === 'HEAD')) {
    // Any other token may be one that the app itself answers.
    const answer = context.challenges().http.get(head.target.slice(challengePath.length));
    if (answer !== undefined) return { kind: 'answer', answer: challengeAnswer(answer) };
  }
  const refuse = (status: ErrorStatus, error: string): Handling => ({
    kind: 'answer',
    answer: errorAnswer(status, id, head.fields, head.target),
    error,
  });
  if (head.method === 'CONNECT' || head.method === 'TRACE') return refuse(405, 'edge.method-refused');
  const host = hostName(head.host);
  const router = compile(snapshot);
  // HTTP/1.0 may come without Host; the address that was reached is then the name.
  const site = router.site(host === '' ? facts.localAddress : host);
  if (!facts.secure) {
    if (!site) return refuse(404, 'edge.unknown-host');
    return {
      kind: 'answer',
      answer: redirectAnswer(secureUrl(host || facts.localAddress, snapshot.httpsPort, head.target)),
    };
  }
  if (!site) return refuse(421, 'edge.unknown-host');
  if (tlsPolicyOf(site) !== facts.policy) return refuse(421, 'edge.other-policy');
  const route = router.route(site, head.target);
  if (route === undefined) return refuse(404, 'edge.no-route');
  if (route === 'blocked') return refuse(404, 'edge.blocked');
  if (route === 'ambiguous') return refuse(400, 'edge.ambiguous-path');
  return { kind: 'forward', snapshot, site, route };
}

function secureUrl(host: string, port: number, target: string): string {
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === 443 ? '' : `:${port}`}`;
  return `https://${authority}${target === '*' ? '/' : target}`;
}

/** Path without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** For the access log, by the answer's content type. */
export function streamKind(contentType: string | undefined): 'plain' | 'sse' | 'ndjson' {
  if (contentType === undefined) return 'plain';
  if (contentType.startsWith('text/event-stream')) return 'sse';
  return /^application\/(x-ndjson|jsonl|x-jsonlines|json-seq)/.test(contentType) ? 'ndjson' : 'plain';
}

import { isIPv6 } from 'node:net';
import type { Wording } from '../../base/language.ts';
import { authorityRedirects } from '../../acme/http-01.ts';
import { printable } from '../../acme/problem.ts';
import type { Fault, Finding } from '../../hop/finding.ts';
import { withBrackets } from '../../names/address.ts';
import type { HttpFacts, HttpTarget } from '../../probe/http.ts';
import { failurePhrase, unverifiedPhrase } from '../../probe/phrases.ts';
import { fault, fine } from './findings.ts';
import { preflightError, preflightWords } from './messages.ts';

export interface VisitOptions {
  fetch: (target: HttpTarget) => Promise<HttpFacts>;
  clock: HttpTarget['clock'];
  /** The ports of HTTP-01 and of HTTPS redirects; others only in tests. Default 80 and 443. */
  ports?: { http: number; https: number };
  timeoutMs?: number;
}

/** The visit to one address of a name. */
export interface Visit {
  address: string;
  /** In the order followed. */
  redirects: string[];
  end:
    | { kind: 'ours' }
    | { kind: 'other'; status: number; server: string }
    | { kind: 'unreached'; reason: string; detail: Wording }
    /** An HTTPS server whose certificate cannot be verified here; authorities ignore that. */
    | { kind: 'unverified'; detail: Wording }
    | { kind: 'redirected'; problem: 'too-many' | 'port' | 'scheme'; to: string };
}

/**
 * Requests a challenge that only this program can answer, as an authority would: at this address, then along redirects.
 * @param expected the answer of this program to `/.well-known/acme-challenge/<token>`.
 */
export async function visitChallenge(
  { name, address, token, expected }: { name: string; address: string; token: string; expected: string },
  { fetch, clock, ports = { http: 80, https: 443 }, timeoutMs = 10_000 }: VisitOptions,
): Promise<Visit> {
  const port = ports.http === 80 ? '' : `:${ports.http}`;
  const facts = await fetch({
    url: `http://${withBrackets(name)}${port}/.well-known/acme-challenge/${token}`,
    address,
    clock,
    timeoutMs,
    limitBytes: 4096,
    // By name: the address is only for the first request.
    redirects: authorityRedirects(name, ports),
  });
  const redirects = [...facts.before, facts].flatMap(({ redirect }) =>
    redirect ? [redirect.to ?? printable(redirect.location)] : [],
  );
  return { address, redirects, end: endOf(facts, expected) };
}

function endOf({ status, headers, body, failure, tcp, tls, redirect }: HttpFacts, expected: string): Visit['end'] {
  if (status === undefined) {
    const connection = tcp ?? tls;
    if (failure?.reason === 'unverified') {
      const { problem, problemCode } = tls?.reached ? tls : {};
      return { kind: 'unverified', detail: unverifiedPhrase(problem, problemCode) };
    }
    const reason = connection && !connection.reached ? connection.reason : 'no-answer';
    return { kind: 'unreached', reason, detail: failurePhrase(failure ?? { reason: 'closed', detail: '' }) };
  }
  if (redirect) {
    const to = redirect.to ?? printable(redirect.location);
    const { outcome } = redirect;
    return {
      kind: 'redirected',
      problem: outcome === 'limit' ? 'too-many' : outcome === 'declined' ? 'port' : 'scheme',
      to,
    };
  }
  if (status === 200 && body.toString().trimEnd() === expected) return { kind: 'ours' };
  return { kind: 'other', status, server: printable(String(headers['server'] ?? '–').slice(0, 80)) };
}

/**
 * @param isBehindNat whether this machine has no public address of that family. If so, a failed visit may be due to its
 *   router, and is only a warning.
 */
export function judgeVisits(
  name: string,
  visits: readonly Visit[],
  isBehindNat: (address: string) => boolean,
): Finding[] {
  if (visits.length > 0 && visits.every(({ end }) => end.kind === 'ours')) {
    return [fine(name, preflightWords('preflight-fine.port-80', { name }))];
  }
  const hasFour = visits.some(({ address, end }) => !isIPv6(address) && end.kind === 'ours');
  return visits.flatMap((visit) => {
    const severity = isBehindNat(visit.address) ? 'warning' : 'error';
    return visit.end.kind === 'ours' ? [] : [judgeVisit(name, visit, visit.end, severity, hasFour)];
  });
}

function judgeVisit(
  name: string,
  { address, redirects }: Visit,
  end: Exclude<Visit['end'], { kind: 'ours' }>,
  severity: 'error' | 'warning',
  hasFour: boolean,
): Fault {
  const url = redirects.at(-1) ?? `http://${name}`;
  const to = { port: 80, url, address };
  switch (end.kind) {
    case 'unverified':
      return fault(
        'warning',
        name,
        preflightError('preflight.redirect-unverified', { name, url, detail: end.detail }),
        to,
      );
    case 'other': {
      const params = { name, address, url, status: end.status, server: end.server };
      return fault(severity, name, preflightError('preflight.port-80-other', params), to);
    }
    case 'redirected': {
      const target = end.to.slice(0, 200);
      if (end.problem !== 'too-many')
        return fault(severity, name, preflightError('preflight.redirect-elsewhere', { name, to: target }), to);
      return fault(
        severity,
        name,
        preflightError('preflight.redirect-loop', { name, to: target, count: redirects.length }),
        to,
      );
    }
    default: {
      if (end.reason === 'off-limits')
        return fault('warning', name, preflightError('preflight.redirect-inside', { name, to: url }), to);
      const isSilent = end.reason === 'timed-out';
      const { detail } = end;
      // Authorities fall back to IPv4 only after a time-out.
      if (isIPv6(address) && hasFour && redirects.length === 0) {
        return fault(
          isSilent ? 'warning' : severity,
          name,
          preflightError('preflight.ipv6-broken', { name, address, detail }),
          to,
        );
      }
      const isTaken = end.reason === 'no-answer';
      const closed = isTaken ? 'preflight.port-80-no-http' : 'preflight.port-80-closed';
      const code = isSilent ? 'preflight.port-80-filtered' : closed;
      return fault(severity, name, preflightError(code, { name, address, url, detail }), to);
    }
  }
}

import { baseWords } from '../base/messages.ts';
import type { Phrase } from '../base/language.ts';
import { withBrackets } from '../names/address.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import type { Hop } from '../hop/hop.ts';
import { probeWords } from '../probe/messages.ts';
import { type ServiceAnswer, ServiceExchange } from './access/service-exchange.ts';
import { plainServiceRequest } from './access/service-request.ts';
import { forwardAuthError } from './messages/forward-auth.ts';
import type { EdgeForwardAuth, EdgeSnapshot } from './snapshot.ts';

const timeoutMs = 3000;

const reasons = {
  'edge.upstream-refused': 'probe.refused',
  'edge.upstream-denied': 'probe.failed',
  'edge.upstream-unreachable': 'probe.failed',
  'edge.upstream-unresolved': 'probe.dns',
  'edge.upstream-timeout': 'probe.not-in-time',
  'edge.upstream-untrusted': 'probe.unverified',
  'edge.upstream-closed': 'probe.closed',
  'edge.upstream-malformed': 'probe.malformed',
  'too-long': 'probe.not-in-time',
  gone: 'probe.aborted',
} as const;

/**
 * Asks every service of `forward_auth` once about a visitor without credentials, as the workers will. Warnings only: the service may
 * start later, and its routes are closed until then.
 */
export async function checkForwardAuth({ sites }: EdgeSnapshot): Promise<Finding[]> {
  const services = new Map<string, { service: EdgeForwardAuth; host: string }>();
  for (const { hosts, routes } of sites) {
    for (const { access } of routes) {
      const service = access?.forwardAuth;
      if (!service) continue;
      const { upstream, target } = service;
      services.set(JSON.stringify([upstream, target]), { service, host: withBrackets(hosts[0]!) });
    }
  }
  const found = await Promise.all([...services.values()].map(({ service, host }) => problemOf(service, host)));
  return found.flat();
}

async function problemOf(service: EdgeForwardAuth, host: string): Promise<Finding[]> {
  const { upstream, authority, target } = service;
  const url = `${upstream.protocol}://${authority}${target}`;
  const hop: Hop = {
    from: { role: 'edge' },
    to: { host: upstream.host, port: upstream.port, url },
    ...(upstream.protocol === 'https' && {
      trust: { roots: upstream.rootsPem === undefined ? 'system' : 'private' },
    }),
  };
  const warning = (error: Fault['error']): Finding[] => [new Fault('warning', error, { hop })];
  const answer = await new ServiceExchange(service, plainServiceRequest(service, host), timeoutMs).answer;
  if ('failure' in answer) {
    const params = { url, host, reason: reasonOf(answer) };
    const { failure } = answer;
    if (failure === 'edge.upstream-untrusted') return warning(forwardAuthError('edge.forward-auth-untrusted', params));
    return warning(forwardAuthError('edge.forward-auth-unreachable', params));
  }
  const { status } = answer.head;
  if (status >= 500 || status === 304 || status === 404)
    return warning(forwardAuthError('edge.forward-auth-failed', { url, host, status }));
  if (status < 300) return warning(forwardAuthError('edge.forward-auth-open', { url, host, status }));
  return [];
}

/** With the code of OpenSSL for a certificate. */
function reasonOf({ failure, detail }: Extract<ServiceAnswer, { failure: unknown }>): Phrase {
  const what = probeWords(reasons[failure], {});
  const code = failure === 'edge.upstream-untrusted' ? /^[A-Z_]+/.exec(detail)?.[0] : undefined;
  return code === undefined ? what : baseWords('text.in-detail', { what, detail: code });
}

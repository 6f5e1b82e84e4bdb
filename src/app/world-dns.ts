import { readServer } from '../certificates/dns-solver.ts';
import { type PublicDns, publicDns } from '../dns/public-dns.ts';
import { clock, random } from './system.ts';

/**
 * The public DNS.
 * @param resolvers `address[:port]` of the resolvers to query instead of this machine's.
 * @throws EveryhopError `certificates.dns-server-unreadable`.
 */
export function worldDns(resolvers: readonly string[] | undefined): PublicDns {
  const servers = resolvers?.map((text) => readServer('dns_resolvers', text));
  return publicDns({ clock, random, ...(servers ? { resolvers: servers } : {}) });
}

import { readServer } from '../certificates/dns-solver.ts';
import { type PublicDns, publicDns } from '../dns/public-dns.ts';
import { clock, random } from './system.ts';

/**
 * The DNS of the world.
 * @param resolvers `address[:port]` of those to ask instead of this machine's.
 * @throws EveryhopError `certificates.dns-server-unreadable`.
 */
export function worldDns(resolvers: readonly string[] | undefined): PublicDns {
  const servers = resolvers?.map((text) => readServer('dns_resolvers', text));
  return publicDns({ clock, random, ...(servers ? { resolvers: servers } : {}) });
}

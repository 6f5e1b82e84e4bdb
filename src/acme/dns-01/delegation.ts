import { baseWords, listOf } from '../../base/messages.ts';
import { dns01Error, dns01Words } from './messages.ts';
import type { DnsView } from './provider.ts';

/** Maximum length of an alias chain; Let's Encrypt's resolver has the same limit. */
const mostAliases = 8;

/**
 * The name of the validation record: `_acme-challenge.` in front of the name, or the end of its alias chain. Asks the
 * servers of each zone, because a resolver may have cached an answer from before the alias existed.
 * @param name canonical, without `*.`.
 * @throws EveryhopError `acme-dns.delegation-circular`, `acme-dns.delegation-unreadable`, `dns.zone-not-found`
 */
export async function validationName(name: string, dns: DnsView, signal?: AbortSignal): Promise<string> {
  const first = `_acme-challenge.${name}`;
  const names = [first];
  for (;;) {
    const current = names.at(-1)!;
    const target = await aliasOf(current, dns, signal);
    if (target === undefined) return current;
    const isCircle = names.includes(target);
    names.push(target);
    if (isCircle || names.length > mostAliases + 1) {
      throw dns01Error('acme-dns.delegation-circular', { name: first, aliases: names.join(' → ') });
    }
  }
}

async function aliasOf(name: string, dns: DnsView, signal?: AbortSignal): Promise<string | undefined> {
  const zone = await dns.zoneOf(name, signal);
  const addresses = zone.servers.flatMap((server) => server.addresses);
  const said = await Promise.all(addresses.map((address) => dns.lookUpAt(address, name, 'CNAME', signal)));
  signal?.throwIfAborted();
  const known = said.find((found) => !('detail' in found) && found.authoritative);
  // Some networks allow DNS only through their own resolver.
  const found = known ?? (await dns.lookUp(name, 'CNAME', signal));
  signal?.throwIfAborted();
  if ('detail' in found) {
    const details = said.map((one, index) => {
      const detail = 'detail' in one ? one.detail : dns01Words('acme-dns.not-authoritative', {});
      return baseWords('text.of', { what: addresses[index]!, detail });
    });
    throw dns01Error('acme-dns.delegation-unreadable', { zone: zone.name, name, detail: listOf(details) });
  }
  const alias = found.outcome === 'answer' ? found.records[0]!.data : undefined;
  return alias?.type === 'CNAME' ? alias.target : undefined;
}

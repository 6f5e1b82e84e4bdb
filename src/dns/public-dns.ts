import type { Clock } from '../base/clock.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { type DnsExchange, exchangeDns } from './exchange.ts';
import { lookUp } from './look-up.ts';
import type { LookUp, LookUpAt } from './outcome.ts';
import { type DnsServer, systemResolvers } from './server.ts';
import { type Zone, zoneOf } from './zone.ts';

export interface PublicDnsOptions {
  clock: Clock;
  random?: Random;
  exchange?: DnsExchange;
  /** Default: the resolvers of this machine. */
  resolvers?: readonly DnsServer[];
  /** Port of authoritative servers. Default 53. */
  authoritativePort?: number;
  timeoutMs?: number;
}

/** The public view of the DNS, through resolvers and from authoritative servers. */
export interface PublicDns {
  lookUp: LookUp;
  /** As `lookUp`, but ignores DNSSEC failures. */
  lookUpUnchecked: LookUp;
  lookUpAt: LookUpAt;
  /**
   * The zone of this name, and its servers.
   * @throws EveryhopError `dns.zone-not-found`, `dns.zone-without-servers`; the reason of an aborted signal.
   */
  zoneOf(name: string, signal?: AbortSignal): Promise<Zone>;
}

export function publicDns(options: PublicDnsOptions): PublicDns {
  const { clock, random = systemRandom, exchange = exchangeDns, authoritativePort = 53, timeoutMs } = options;
  const common = { clock, random, exchange, ...(timeoutMs !== undefined && { timeoutMs }) };
  const resolvers = { ...common, servers: options.resolvers ?? systemResolvers(), recursive: true };
  const ask: LookUp = (name, type, signal) => lookUp(name, type, { ...resolvers, ...(signal && { signal }) });
  return {
    lookUp: ask,
    lookUpUnchecked: (name, type, signal) =>
      lookUp(name, type, { ...resolvers, checkingDisabled: true, ...(signal && { signal }) }),
    lookUpAt: (address, name, type, signal) => {
      const servers = [{ address, port: authoritativePort }];
      return lookUp(name, type, { ...common, servers, recursive: false, ...(signal && { signal }) });
    },
    zoneOf: (name, signal) => zoneOf(name, ask, signal),
  };
}

import { getServers } from 'node:dns';
import { isIP } from 'node:net';

/** The address of a name server. */
export interface DnsServer {
  /** IPv4 or IPv6, without brackets. */
  address: string;
  port: number;
}

/** The resolvers of this machine (from `/etc/resolv.conf` or its equivalent). */
export function systemResolvers(): DnsServer[] {
  return getServers()
    .map(parseServer)
    .filter((server) => server !== undefined);
}

/** Parses `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. The default port is 53. */
export function parseServer(text: string): DnsServer | undefined {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const [address, port] = [found?.['six'] ?? found?.['four'] ?? '', Number(found?.['port'] ?? 53)];
  return isIP(address) === 0 || port < 1 || port > 65_535 ? undefined : { address, port };
}

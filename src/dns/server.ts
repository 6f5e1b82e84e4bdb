import { getServers } from 'node:dns';
import { isIP } from 'node:net';

/** Where a name server listens. */
export interface DnsServer {
  /** IPv4 or IPv6, without brackets. */
  address: string;
  port: number;
}

/** The resolvers that this machine asks (`/etc/resolv.conf` and its like). */
export function systemResolvers(): DnsServer[] {
  return getServers()
    .map(parseServer)
    .filter((server) => server !== undefined);
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`; the port is 53 where none is said. */
export function parseServer(text: string): DnsServer | undefined {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const [address, port] = [found?.['six'] ?? found?.['four'] ?? '', Number(found?.['port'] ?? 53)];
  return isIP(address) === 0 || port < 1 || port > 65_535 ? undefined : { address, port };
}

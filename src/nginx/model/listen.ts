import { addressOctets, formatAddress } from '../../names/address.ts';
import { fromLatin1 } from '../reading/latin1.ts';
import type { LocatedDirective } from '../reading/located.ts';
import type { Listen } from './server.ts';

/**
 * Reads a `listen` directive: one result per port of a range.
 * @returns empty if nginx rejects the directive
 */
export function listensOf(located: LocatedDirective): Listen[] {
  const [written, ...parameters] = located.directive.args.map(({ text }) => fromLatin1(text));
  const places = written === undefined ? [] : placesOf(written);
  const has = (...names: string[]): boolean => names.some((name) => parameters.includes(name));
  return places.map(({ address, port }) => ({
    address,
    port,
    ssl: has('ssl', 'quic'),
    http2: has('http2'),
    quic: has('quic'),
    defaultServer: has('default_server', 'default'),
    proxyProtocol: has('proxy_protocol'),
    ipv6Only: address.includes(':') && !address.startsWith('unix:') && !has('ipv6only=off'),
    parameters,
    located,
  }));
}

/** True for a name that needs a look-up, false for an IP address. */
export function isHostName(address: string): boolean {
  return !address.includes(':') && ipv4(address) === undefined;
}

/** A copy for each address of its host name. */
export function listenAtEach(listen: Listen, addresses: readonly string[]): Listen[] {
  return addresses.map((address) => {
    const ipv6Only = address.includes(':') && !listen.parameters.includes('ipv6only=off');
    return { ...listen, address, ipv6Only };
  });
}

/** nginx's default for a block without `listen`. */
export function implicitListen(asRoot: boolean): Listen {
  return {
    address: '0.0.0.0',
    port: asRoot ? 80 : 8000,
    ssl: false,
    http2: false,
    quic: false,
    defaultServer: false,
    proxyProtocol: false,
    ipv6Only: false,
    parameters: [],
    located: undefined,
  };
}

interface ListenPlace {
  address: string;
  port: number;
}

const defaultPort = 80;

function placesOf(written: string): ListenPlace[] {
  if (/^unix:/i.test(written)) return [{ address: `unix:${written.slice('unix:'.length)}`, port: 0 }];
  const [, six, sixPorts] = /^\[([^\]]*)\](?::(.*))?$/s.exec(written) ?? [];
  if (six !== undefined) return onPorts(ipv6(six), sixPorts);
  const [, host, ports] = /^([^:]*)(?::(.*))?$/s.exec(written) ?? [];
  if (host === undefined || host === '') return [];
  if (ports === undefined && /^[0-9-]+$/.test(host)) return onPorts('0.0.0.0', host);
  return onPorts(host === '*' ? '0.0.0.0' : (ipv4(host) ?? host.toLowerCase()), ports);
}

function onPorts(address: string | undefined, ports: string | undefined): ListenPlace[] {
  if (address === undefined) return [];
  if (ports === undefined) return [{ address, port: defaultPort }];
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from >= 1 && to >= from && to <= 65_535)) return [];
  return Array.from({ length: to - from + 1 }, (_, index) => ({ address, port: from + index }));
}

/** nginx reads numbers with leading zeros as decimal. */
function ipv4(host: string): string | undefined {
  const numbers = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : [];
  return numbers.length === 4 && numbers.every((number) => number <= 255) ? numbers.join('.') : undefined;
}

function ipv6(host: string): string | undefined {
  const octets = host.includes(':') ? addressOctets(host) : undefined;
  return octets && formatAddress(octets);
}

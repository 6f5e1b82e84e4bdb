import { addressOctets, formatAddress } from '../../names/address.ts';
import { shown } from '../reading/bytes.ts';
import type { Located } from '../reading/located.ts';
import type { Listen } from './server.ts';

/**
 * Reads a `listen` directive; a range of ports stands for one listener each.
 * @returns none where nginx refuses it
 */
export function listensOf(located: Located): Listen[] {
  const [written, ...parameters] = located.directive.args.map(({ text }) => shown(text));
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

/** Is it to be asked for, and no address yet? */
export function isHostName(address: string): boolean {
  return !address.includes(':') && ipv4(address) === undefined;
}

/** The same at each of a host's addresses. */
export function listenAtEach(listen: Listen, addresses: readonly string[]): Listen[] {
  return addresses.map((address) => {
    const ipv6Only = address.includes(':') && !listen.parameters.includes('ipv6only=off');
    return { ...listen, address, ipv6Only };
  });
}

/** What nginx gives to a block without `listen`. */
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

/** nginx takes leading zeros for decimal ones. */
function ipv4(host: string): string | undefined {
  const numbers = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : [];
  return numbers.length === 4 && numbers.every((number) => number <= 255) ? numbers.join('.') : undefined;
}

function ipv6(host: string): string | undefined {
  const octets = host.includes(':') ? addressOctets(host) : undefined;
  return octets && formatAddress(octets);
}

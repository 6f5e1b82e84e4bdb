import { isAddress, withBrackets, withoutBrackets } from './address.ts';
import { addressMatcher } from './address-matcher.ts';

/** A proxy from an environment variable. */
export interface Proxy {
  /** The variable that names it. */
  variable: string;
  protocol: 'http' | 'https' | 'socks5';
  /** Without brackets. */
  host: string;
  port: number;
  /** Percent-decoded. */
  credentials: { user: string; password: string } | undefined;
}

/** `invalid`: the variable has a value that names no usable proxy. It is not repeated here: it may hold a password. */
export type ProxyChoice =
  | { kind: 'direct' }
  | { kind: 'proxy'; proxy: Proxy }
  | { kind: 'invalid'; variable: string; scheme: string | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, by the rules of curl: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`, then `no_proxy` or
 * `NO_PROXY`; empty variables count as unset. For http only `http_proxy`: a CGI program gets HTTP_PROXY from a header
 * of its client. A value without a scheme is an HTTP proxy. `localhost`, `127.0.0.1` and `::1` need no proxy.
 */
export function proxyFor(url: URL, env: Environment): ProxyChoice {
  const scheme = url.protocol === 'http:' ? 'http' : 'https';
  const names = [`${scheme}_proxy`, ...(scheme === 'https' ? ['HTTPS_PROXY'] : []), 'all_proxy', 'ALL_PROXY'];
  const variable = names.find((name) => env[name]?.trim());
  if (variable === undefined) return { kind: 'direct' };
  const host = withoutBrackets(url.hostname);
  const port = Number(url.port) || (scheme === 'http' ? 80 : 443);
  const exempt = ['no_proxy', 'NO_PROXY'].map((name) => env[name]?.trim()).find(Boolean) ?? '';
  if (['localhost', '127.0.0.1', '::1'].includes(host) || isExempt(host, port, exempt)) return { kind: 'direct' };
  const text = env[variable]!.trim();
  const proxy = parseProxy(text, variable);
  if (proxy) return { kind: 'proxy', proxy };
  return { kind: 'invalid', variable, scheme: /^([a-z][\w+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() };
}

/** `host:port`, without credentials. */
export function proxyAddress({ host, port }: Proxy): string {
  return `${withBrackets(host)}:${port}`;
}

/** `socks` and `socks5h` too: the proxy always looks up the name. */
const protocols: Readonly<Record<string, Proxy['protocol']>> = {
  http: 'http',
  https: 'https',
  socks: 'socks5',
  socks5: 'socks5',
  socks5h: 'socks5',
};
/** As in curl. */
const defaultPorts: Readonly<Record<Proxy['protocol'], number>> = { http: 1080, https: 443, socks5: 1080 };

function parseProxy(text: string, variable: string): Proxy | undefined {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][\w+.-]*):\/\/)?(.*)$/is.exec(text) ?? [];
  const protocol = protocols[scheme.toLowerCase()];
  // A password may contain an @ that is not encoded; a path after the port means nothing.
  const [, userinfo, address = ''] = /^(?:(.*)@)?([^@/?#]*)(?:[/?#][^@]*)?$/s.exec(rest) ?? [];
  const [, written = '', digits] = /^(\[[^\]]+\]|[^:\s]+)(?::(\d*))?$/.exec(address) ?? [];
  if (!protocol || written === '') return undefined;
  // URL checks the host name and converts an international one.
  const url = URL.canParse(`http://${written}/`) ? new URL(`http://${written}/`) : undefined;
  const port = digits ? Number(digits) : defaultPorts[protocol];
  if (!url || port < 1 || port > 65_535) return undefined;
  return { variable, protocol, host: withoutBrackets(url.hostname), port, credentials: parseCredentials(userinfo) };
}

function parseCredentials(userinfo: string | undefined): Proxy['credentials'] {
  if (!userinfo) return undefined;
  const [, user = '', password = ''] = /^([^:]*)(?::(.*))?$/s.exec(userinfo) ?? [];
  return { user: percentDecoded(user), password: percentDecoded(password) };
}

/** A % that starts no escape stays, as in curl. */
function percentDecoded(text: string): string {
  const octets = text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return octets === text ? text : Buffer.from(octets, 'latin1').toString('utf8');
}

/**
 * Entries of NO_PROXY are separated by commas or spaces: `*`, a domain with all its subdomains (with or without a dot
 * in front), `*.domain` (subdomains only), an address, or a CIDR block. An entry may end in a port.
 */
function isExempt(host: string, port: number, list: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matchesEntry(name, port, entry.toLowerCase()));
}

function matchesEntry(name: string, port: number, entry: string): boolean {
  const [, pattern = entry, ownPort = String(port)] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (Number(ownPort) !== port) return false;
  if (pattern === '*') return true;
  const bare = pattern.replace(/^\[(.*)\](\/\d+)?$/, '$1$2');
  const isInBlock = addressMatcher([bare]);
  if (isAddress(name)) return isInBlock(name);
  const domain = bare.replace(/^\*?\./, '').replace(/\.$/, '');
  if (domain === '') return false;
  return name.endsWith(`.${domain}`) || (name === domain && !bare.startsWith('*'));
}

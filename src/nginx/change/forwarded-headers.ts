import type { AppProfile } from '../../apps/profiles.ts';
import type { LocatedDirective } from '../reading/located.ts';
import { argumentsOf } from './context.ts';
import { quoted } from './edit.ts';

/** A request header towards the app. */
export type Header = readonly [name: string, value: string];

/** The facts on which the values of headers depend. */
export interface ForwardingContext {
  /** Undefined: no headers for WebSockets, and Host stays. */
  app: AppProfile | undefined;
  /** Lower case. */
  names: readonly string[];
  /** The port of HTTPS for visitors. */
  publicPort: number;
  /** nginx replaces the client's address by that of a trusted proxy (`set_real_ip_from`). */
  hasRealIp: boolean;
  /** The app keeps the Host that nginx sends by default, as it refuses the visitor's. */
  keepsHost: boolean;
  /** The Origin that has the Host that the app requires; undefined: it takes the visitor's. */
  ownOrigin: string | undefined;
}

/**
 * The headers that every app gets. Their values come from the connection; a proxy in front that terminates TLS says so in
 * X-Forwarded-Proto, and then its values stay.
 */
export function headersFor({ app, hasRealIp, keepsHost, ownOrigin }: ForwardingContext): Header[] {
  const always: Header[] = [
    ['X-Forwarded-Proto', '$everyhop_proto'],
    ['X-Forwarded-Host', '$everyhop_host'],
    ['X-Forwarded-For', hasRealIp ? '$remote_addr' : '$everyhop_for'],
  ];
  if (!app) return always;
  const host: Header[] = keepsHost ? [] : [['Host', ownOrigin?.replace(/^https?:\/\//, '') ?? '$http_host']];
  const agreeing: Header[] =
    ownOrigin !== undefined && app.origin
      ? [
          ['Origin', '$everyhop_origin'],
          ['Referer', '$everyhop_referer'],
        ]
      : [];
  return [...host, ...agreeing, ...always, ['Upgrade', '$http_upgrade'], ['Connection', '$everyhop_upgrade']];
}

const schemeHeaders = new Set([
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-scheme',
  'x-scheme',
  'x-url-scheme',
]);
const switchHeaders = new Set(['x-forwarded-ssl', 'x-forwarded-https', 'front-end-https']);
/** A value that a proxy in front has set. There is none if visitors connect to this nginx over TLS. */
const passedOn =
  /^\$http_(?:x_forwarded_(?:proto|protocol|scheme|ssl|https|port)|x_scheme|x_url_scheme|front_end_https)$/;

/**
 * The correction of a header that contradicts HTTPS or breaks an app's WebSockets; undefined if it is fine. Without an
 * upgrade `$everyhop_upgrade` is empty, which allows keep-alive connections to the upstream.
 */
export function correction(located: LocatedDirective, context: ForwardingContext): Header | undefined {
  const [name = '', value = ''] = argumentsOf(located);
  const right = rightValue(name.toLowerCase(), value, context);
  return right === undefined || right === value ? undefined : [name, right];
}

function rightValue(name: string, value: string, context: ForwardingContext): string | undefined {
  const { app, publicPort } = context;
  if (schemeHeaders.has(name)) return value === 'http' || passedOn.test(value) ? '$everyhop_proto' : undefined;
  if (switchHeaders.has(name)) return value === 'off' || passedOn.test(value) ? '$everyhop_ssl' : undefined;
  if (name === 'x-forwarded-port') {
    const isWrong = /^\d+$/.test(value)
      ? Number(value) !== publicPort
      : value === '$server_port' || passedOn.test(value);
    return isWrong ? '$everyhop_port' : undefined;
  }
  if (name === 'forwarded') return value.replace(/\bproto=http(?![\w])/i, 'proto=$everyhop_proto');
  if (name === 'host' || name === 'x-forwarded-host') return rightHost(name, value, context);
  const isPlain = value === '' || value.toLowerCase() === 'close';
  return app && name === 'connection' && isPlain ? '$everyhop_upgrade' : undefined;
}

/**
 * An app that compares Origin with Host needs the port that the browser sees: none on 443, else that of HTTPS. Keeps the
 * name of an upstream, and a name of the site on port 443.
 */
function rightHost(name: string, value: string, { app, names, publicPort }: ForwardingContext): string | undefined {
  const [, host = '', port] = /^(.*?)(?::(\$server_port|\$proxy_port|\d+))?$/s.exec(value)!;
  const isSites = host === '$host' || host === '$server_name' || names.includes(host.toLowerCase());
  if (!isSites) return undefined;
  if (port !== undefined) return Number(port) === publicPort ? undefined : '$http_host';
  return app && publicPort !== 443 && (name === 'host' || host === '$host') ? '$http_host' : undefined;
}

/** The headers that a list lacks. Origin and Referer agree with our Host only. */
export function missing(headers: readonly Header[], list: readonly LocatedDirective[]): Header[] {
  const has = (name: string): boolean => list.some((one) => nameOf(one) === name);
  return headers.filter(([name]) => !has(name.toLowerCase()) && !(/^(?:Origin|Referer)$/.test(name) && has('host')));
}

/** The name of a header, in lower case. */
export function nameOf(located: LocatedDirective): string | undefined {
  return argumentsOf(located)[0]?.toLowerCase();
}

/** @param directive `proxy_set_header` or `grpc_set_header`. */
export function headerLine([name, value]: Header, directive = 'proxy_set_header'): string {
  return `${directive} ${name} ${/^\$\w+$/.test(value) ? value : quoted(value)};`;
}

/**
 * Defines the variables of these texts, before anything else in a server block. X-Forwarded-Proto over plain HTTP means a
 * proxy in front that terminated TLS; its `http` and `ws` mean that it did not.
 * @param options.redirects true if the block redirects by `$everyhop_proto`.
 * @param options.proxyLine true if connections may start with a PROXY line, which has the client's address.
 */
export function frontVariables(
  texts: readonly string[],
  {
    redirects,
    publicPort,
    proxyLine,
    ownOrigin,
  }: { redirects: boolean; publicPort: number; proxyLine: boolean; ownOrigin?: string | undefined },
): string[] {
  const uses = (name: string): boolean => texts.some((text) => text.includes(`$everyhop_${name}`));
  const [forHost, forAddress, forPort, forSsl] = ['host', 'for', 'port', 'ssl'].map(uses);
  const lines: string[] = [];
  const when = (condition: string, name: string, value: string): void =>
    void lines.push(`if (${condition}) {`, `    set $everyhop_${name} ${value};`, '}');
  if (redirects || uses('proto') || forPort || forSsl) {
    lines.push('set $everyhop_proto "$scheme:$http_x_forwarded_proto";');
    for (const said of ['', 'http', 'ws']) when(`$everyhop_proto = "http:${said}"`, 'proto', 'http');
    when('$everyhop_proto != http', 'proto', 'https');
    for (const said of ['x_forwarded_ssl = on', 'front_end_https = on', 'x_forwarded_scheme = https'])
      when(`$http_${said}`, 'proto', 'https');
  }
  if (forHost || forAddress)
    lines.push(
      'set $everyhop_front "$http_x_forwarded_proto$http_x_forwarded_ssl$http_front_end_https$http_x_forwarded_scheme";',
    );
  if (forAddress && proxyLine) {
    lines.push('set $everyhop_address $remote_addr;');
    when('$proxy_protocol_addr', 'address', '$proxy_protocol_addr');
  }
  for (const [used, name, passed, own] of [
    [forHost, 'host', '$http_x_forwarded_host', '$http_host'],
    [forAddress, 'for', '$http_x_forwarded_for', proxyLine ? '$everyhop_address' : '$remote_addr'],
  ] as const) {
    if (!used) continue;
    lines.push(`set $everyhop_${name} ${passed};`);
    when('$everyhop_front = ""', name, own);
    when(`$everyhop_${name} = ""`, name, own);
  }
  if (forPort) {
    lines.push('set $everyhop_port $server_port;');
    when('$everyhop_proto = https', 'port', '443');
    when('$scheme = https', 'port', String(publicPort));
  }
  for (const [field, rest, end] of [
    ['origin', '', ''],
    ['referer', '(/.*)?', '$2'],
  ] as const) {
    if (ownOrigin === undefined || !uses(field)) continue;
    // Those of other sites stay, so that the app can refuse them.
    lines.push(`set $everyhop_${field} $http_${field};`, `set $everyhop_pair "$http_host $http_${field}";`);
    when(`$everyhop_pair ~* "^(\\S+) https://\\1${rest}$"`, field, `"${ownOrigin}${end}"`);
  }
  if (forSsl) {
    lines.push('set $everyhop_ssl off;');
    when('$everyhop_proto = https', 'ssl', 'on');
  }
  return lines;
}

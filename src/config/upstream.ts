import { withBrackets, withoutBrackets } from '../names/address.ts';
import { parseHostName } from '../names/host-name.ts';
import type { Reading } from './reading.ts';

export interface Upstream {
  protocol: 'http' | 'https';
  /** Host name or address, without brackets; `localhost` for a socket. */
  host: string;
  port: number;
  /** Absolute path of a unix socket, or `@` and the name of an abstract one; undefined: TCP. */
  socketPath?: string | undefined;
  /** Prepended to every forwarded path; '' or with a leading, but no trailing, `/`. */
  basePath: string;
  /** PEM file with root certificates for an https upstream, instead of the machine's. */
  rootFile: string | undefined;
}

/**
 * Parses an upstream: `http://127.0.0.1:7861`, `https://model.internal/base`, or a short form for plain HTTP such as
 * `7861` or `:7861` (this machine), `127.0.0.1:7861`, `localhost:7861`, `[::1]:7861`; or a unix socket: `unix:/run/app.sock`,
 * `unix:/run/app.sock:/base`, `unix:@name` (abstract).
 */
export function readUpstream(text: string): Reading<Omit<Upstream, 'rootFile'>> {
  const socket = socketForms.flatMap((form) => form.exec(text)?.slice(1, 2) ?? [])[0];
  if (socket !== undefined) return readSocket(text, socket);
  const full = fullUrl(text);
  if (full === undefined) return { problem: 'config.bad-upstream' };
  const url = new URL(full);
  const protocol = url.protocol.slice(0, -1);
  if (protocol !== 'http' && protocol !== 'https') return { problem: 'config.upstream-scheme' };
  if (url.username !== '' || url.password !== '') return { problem: 'config.upstream-credentials' };
  if (/[?#]/.test(text)) return { problem: 'config.upstream-suffix' };
  if (url.port === '0' || !hasHost(full)) return { problem: 'config.bad-upstream' };
  const port = url.port === '' ? { http: 80, https: 443 }[protocol] : Number(url.port);
  return {
    value: { protocol, host: connectable(url.hostname), port, basePath: url.pathname.replace(/\/+$/, '') },
  };
}

/** Ours, then those of other programs: nginx, Caddy, Docker, requests-unixsocket, a bare path. */
const socketForms = [
  /^unix:(?!\/\/)(.*)$/s,
  /^https?:\/\/unix:(.*)$/s,
  /^unix(?:\+https?)?:?\/\/(\/?.*)$/s,
  /^https?\+unix:\/\/(.*)$/s,
  /^(\/.*\.sock(?:et)?)$/s,
];
/** `sun_path`, without the final NUL. */
const socketPathBytes = 107;

/** @param name what follows the scheme: the path, `:` and a base path. */
function readSocket(text: string, name: string): Reading<Omit<Upstream, 'rootFile'>> {
  const [, written = '', base = ''] = /^([^:]*)(?::(\/[^\s?#\\]*))?$/.exec(name.replace(/%2f/gi, '/')) ?? [];
  const socketPath = /^(?:\/[^/]|@)/.test(written) ? written : `/${written.replace(/^\/+/, '')}`;
  // oxlint-disable-next-line no-control-regex
  if (written === '' || /[\0-\x1f\x7f]|\/$/.test(written)) return { problem: 'config.bad-upstream' };
  const wanted = `unix:${socketPath}${base === '' ? '' : `:${base}`}`;
  if (wanted !== text) return { problem: 'config.socket-form', params: { suggestion: wanted } };
  if (Buffer.byteLength(socketPath) > socketPathBytes) {
    return { problem: 'config.socket-path-long', params: { limit: socketPathBytes } };
  }
  return {
    value: { protocol: 'http', host: 'localhost', port: 80, socketPath, basePath: base.replace(/\/+$/, '') },
  };
}

function fullUrl(text: string): string | undefined {
  if (/[\s\\]/.test(text)) return undefined;
  const short = /^(?:(\[[^\]]*\]|[^/:@?#[\]]*):)?(\d+)(\/.*)?$/.exec(text);
  const full = short ? `http://${short[1] || '127.0.0.1'}:${short[2]}${short[3] ?? ''}` : text;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(full) && URL.canParse(full) ? full : undefined;
}

/**
 * Stricter than the URL parser, which decodes and drops characters, reads `7861` as an address and accepts wildcards.
 */
function hasHost(url: string): boolean {
  const [, written = ''] = /^[^/]*\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)/.exec(url) ?? [];
  const reading = parseHostName(written);
  return 'value' in reading && (reading.value.kind === 'ip' || !reading.value.isWildcard);
}

/** Replaces "all addresses", which apps print when they listen on them: not every system can connect to those. */
function connectable(hostname: string): string {
  const host = withoutBrackets(hostname);
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** The URL of an upstream, for display. */
export function upstreamText(upstream: Omit<Upstream, 'rootFile'>): string {
  const { socketPath, basePath } = upstream;
  if (socketPath !== undefined) return `unix:${socketPath}${basePath === '' ? '' : `:${basePath}`}`;
  const host = withBrackets(upstream.host);
  const isDefault = upstream.port === { http: 80, https: 443 }[upstream.protocol];
  return `${upstream.protocol}://${host}${isDefault ? '' : `:${upstream.port}`}${basePath}`;
}

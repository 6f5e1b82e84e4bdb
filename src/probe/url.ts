import { withBrackets, withoutBrackets } from '../names/address.ts';

/** A URL in parts. Allows hosts that the URL parser would rewrite or reject. */
export interface HttpUrl {
  secure: boolean;
  /** DNS name or address, without brackets. */
  host: string;
  port: number;
  /** Path and query. */
  path: string;
}

/** Drops credentials and fragment. @throws TypeError for schemes other than `http:` and `https:`. */
export function readUrl(text: string): HttpUrl {
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError(`not an HTTP URL: ${url.protocol}`);
  const secure = url.protocol === 'https:';
  return {
    secure,
    host: withoutBrackets(url.hostname),
    port: Number(url.port) || defaultPort(secure),
    path: url.pathname + url.search,
  };
}

/** The value of the Host header (RFC 9110 §7.2). */
export function authorityOf({ secure, host, port }: HttpUrl): string {
  const bracketed = withBrackets(host);
  return port === defaultPort(secure) ? bracketed : `${bracketed}:${port}`;
}

export function hrefOf(url: HttpUrl): string {
  return `${url.secure ? 'https' : 'http'}://${authorityOf(url)}${url.path}`;
}

export function defaultPort(secure: boolean): number {
  return secure ? 443 : 80;
}

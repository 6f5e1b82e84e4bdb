import type { Configuration, Located } from '../reading/located.ts';

/** Where a `server` block takes connections; without any of its own it has nginx's implicit `*:80` (`*:8000` for others than root). */
export interface Listen {
  /**
   * `0.0.0.0` and `::` for all; `unix:/path` for a socket. Lower case, IPv6 compressed, without brackets. A host name
   * stays as it is written: to what it resolves, nginx learns when it starts.
   */
  address: string;
  /** 0 for a socket of the file system. */
  port: number;
  /** Of this block's own words (`ssl`, `quic`, the old `ssl on`); nginx joins those of all blocks on one address and port. */
  ssl: boolean;
  http2: boolean;
  quic: boolean;
  defaultServer: boolean;
  proxyProtocol: boolean;
  /** `[::]:80 ipv6only=off` takes IPv4 too; false for what is not IPv6. */
  ipv6Only: boolean;
  /** Every parameter but the address, as written. */
  parameters: readonly string[];
  /** undefined: nginx's implicit one. */
  located: Located | undefined;
}

/** `catch-all`: no name at all, or `_`, which no client asks for; nginx compares both exactly. */
export type ServerNameKind = 'exact' | 'leading-wildcard' | 'trailing-wildcard' | 'regex' | 'catch-all';

export interface ServerName {
  kind: ServerNameKind;
  /** As nginx compares it: lower case for all but a regex, which has no `~` here; `.example.com` stands as two names. */
  name: string;
  /** As it stands in the configuration. */
  written: string;
}

/** One `server` block of `http`. */
export interface ServerBlock {
  located: Located;
  /** Position among all server blocks, in the order in which nginx reads them. */
  index: number;
  listens: readonly Listen[];
  /** In nginx's order; without any `server_name` it is the empty one. */
  names: readonly ServerName[];
  configuration: Configuration;
}

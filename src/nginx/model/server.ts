import type { Configuration, LocatedDirective } from '../reading/located.ts';

/** An address and port of a `server` block. A block without `listen` has nginx's implicit `*:80` (`*:8000` unless root). */
export interface Listen {
  /**
   * `0.0.0.0` and `::` for all addresses; `unix:/path` for a socket. Lower case, IPv6 compressed and without brackets. A
   * host name stays a name: nginx resolves it when it starts.
   */
  address: string;
  /** 0 for a Unix socket. */
  port: number;
  /** From this block alone (`ssl`, `quic`, the old `ssl on`). nginx combines all blocks of an address and port. */
  ssl: boolean;
  http2: boolean;
  quic: boolean;
  defaultServer: boolean;
  proxyProtocol: boolean;
  /** False if it accepts IPv4 too (`[::]:80 ipv6only=off`), and for other addresses than IPv6. */
  ipv6Only: boolean;
  /** All parameters after the address, as written. */
  parameters: readonly string[];
  /** Undefined for nginx's implicit `listen`. */
  located: LocatedDirective | undefined;
}

/** `catch-all` is no name at all, or `_`, which no client sends. nginx compares both exactly. */
export type ServerNameKind = 'exact' | 'leading-wildcard' | 'trailing-wildcard' | 'regex' | 'catch-all';

export interface ServerName {
  kind: ServerNameKind;
  /** As nginx compares it: lower case, except for a regex, here without its `~`. `.example.com` becomes two names. */
  name: string;
  /** As in the configuration. */
  written: string;
}

/** One `server` block of `http`. */
export interface ServerBlock {
  located: LocatedDirective;
  /** Position among all server blocks, in the order in which nginx reads them. */
  index: number;
  listens: readonly Listen[];
  /** In nginx's order; only the empty name if the block has no `server_name`. */
  names: readonly ServerName[];
  configuration: Configuration;
}

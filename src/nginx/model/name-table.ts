import { nginxError } from '../messages.ts';
import { placeOf } from '../reading/located.ts';
import { takesHost } from './names.ts';
import type { ServerBlock, ServerName } from './server.ts';

/** A name that two blocks claim on one listener. nginx warns about it and ignores the later claim. */
export interface NameConflict {
  /** As written. */
  name: string;
  first: ServerBlock;
  ignored: ServerBlock;
}

/**
 * Maps names to blocks on one listener, with nginx's precedence: exact name, longest leading wildcard, longest trailing
 * wildcard, first regular expression. `.example.com` is one claim: nginx ignores it as a whole or not at all.
 */
export class NameTable {
  readonly #exact = new Map<string, ServerBlock>();
  /** By the part after `*.`. */
  readonly #leading = new Map<string, ServerBlock>();
  /** The keys of `#leading` written as `.example.com`, which includes `example.com` itself. */
  readonly #takesBare = new Set<string>();
  /** By the part before `.*`. */
  readonly #trailing = new Map<string, ServerBlock>();
  readonly #patterns: { name: ServerName; server: ServerBlock }[] = [];
  /** Claimed exact names, including those of `.example.com`, which `find` looks up as wildcards. */
  readonly #taken = new Map<string, ServerBlock>();
  readonly conflicts: NameConflict[] = [];

  constructor(first: ServerBlock) {
    this.add(first);
  }

  add(server: ServerBlock): void {
    for (const name of server.names) this.#claim(name, server);
  }

  /**
   * @param host from `normaliseHost`
   * @throws EveryhopError `nginx.pattern-unclear`
   */
  find(host: string): ServerBlock | undefined {
    return this.#exact.get(host) ?? this.#byWildcard(host) ?? this.#byPattern(host);
  }

  #claim(name: ServerName, server: ServerBlock): void {
    const { kind, written } = name;
    const isPair = written.startsWith('.') && written.length > 1;
    if (kind === 'regex') this.#patterns.push({ name, server });
    else if (kind === 'trailing-wildcard') this.#enter(this.#trailing, name.name.slice(0, -2), written, server);
    else if (kind !== 'leading-wildcard') {
      if (!isPair && this.#enter(this.#taken, name.name, written, server)) this.#exact.set(name.name, server);
    } else {
      const base = name.name.slice(2);
      if (isPair && !this.#enter(this.#taken, base, written, server)) return;
      if (this.#enter(this.#leading, base, written, server) && isPair) this.#takesBare.add(base);
    }
  }

  #enter(claims: Map<string, ServerBlock>, key: string, written: string, server: ServerBlock): boolean {
    const first = claims.get(key);
    if (first) this.conflicts.push({ name: written, first, ignored: server });
    else claims.set(key, server);
    return first === undefined;
  }

  #byWildcard(host: string): ServerBlock | undefined {
    if (this.#takesBare.has(host)) return this.#leading.get(host);
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const found = this.#leading.get(host.slice(dot + 1));
      if (found) return found;
    }
    for (let dot = host.lastIndexOf('.'); dot > 0; dot = host.lastIndexOf('.', dot - 1)) {
      const found = this.#trailing.get(host.slice(0, dot));
      if (found) return found;
    }
    return undefined;
  }

  #byPattern(host: string): ServerBlock | undefined {
    for (const { name, server } of this.#patterns) {
      const takes = takesHost(name, host);
      if (takes === undefined) {
        const params = { name: host, pattern: name.written };
        throw nginxError('nginx.pattern-unclear', params, { place: placeOf(server.located) });
      }
      if (takes) return server;
    }
    return undefined;
  }
}

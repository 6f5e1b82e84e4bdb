import { listenerFor, listenersOf, type Listener } from './listeners.ts';
import type { NameConflict } from './name-table.ts';
import { normaliseHost } from './names.ts';
import type { ServerBlock } from './server.ts';

/** The destination of a request: the local address of its connection, and the name in its handshake or Host header. */
export interface RequestAddress {
  /** An address of this machine, in the form of `Listen.address`; `0.0.0.0`, `::` and `unix:` name the listener itself. */
  address: string;
  port: number;
  /** Without a port; '' for a request without a name. */
  name: string;
  /** Over HTTP/3, which has separate listeners (default false). */
  quic?: boolean;
}

/**
 * The server block that answers, by nginx's rules; undefined if nothing listens there.
 * @throws EveryhopError `nginx.pattern-unclear` if that depends on a regular expression that only PCRE can evaluate.
 */
export function answeringServer(servers: readonly ServerBlock[], request: RequestAddress): ServerBlock | undefined {
  const listener = listenerFor(servers, request);
  return listener && (listener.names.find(normaliseHost(request.name)) ?? listener.defaultServer);
}

/** Names that two blocks claim on the same address and port. The second block never receives their requests. */
export function conflictsIn(servers: readonly ServerBlock[]): (NameConflict & { listener: Listener })[] {
  return listenersOf(servers).flatMap((listener) =>
    listener.names.conflicts
      .filter(({ first, ignored }) => first !== ignored)
      .map((conflict) => ({ ...conflict, listener })),
  );
}

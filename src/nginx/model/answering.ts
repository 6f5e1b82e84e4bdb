import { listenerFor, listenersOf, type Listener } from './listeners.ts';
import type { NameConflict } from './name-table.ts';
import { normaliseHost } from './names.ts';
import type { ServerBlock } from './server.ts';

/** What a client asks: where its connection arrives, and the name in its handshake or its Host header. */
export interface Question {
  /** The address of this machine, as in `Listen`; that of a listener stands for itself. */
  address: string;
  port: number;
  /** Without a port; '' for a request that names nobody. */
  name: string;
  /** Over HTTP/3, which has listeners of its own (default false). */
  quic?: boolean;
}

/**
 * The server block that answers, by nginx's rules; undefined where nothing listens.
 * @throws EveryhopError `nginx.pattern-unclear` where that hangs on a regular expression that only PCRE can read.
 */
export function answeringServer(servers: readonly ServerBlock[], question: Question): ServerBlock | undefined {
  const listener = listenerFor(servers, question);
  return listener && (listener.names.find(normaliseHost(question.name)) ?? listener.defaultServer);
}

/** Names that two blocks claim on the same address and port; the second one is never asked for it. */
export function conflictsIn(servers: readonly ServerBlock[]): (NameConflict & { listener: Listener })[] {
  return listenersOf(servers).flatMap((listener) =>
    listener.names.conflicts
      .filter(({ first, ignored }) => first !== ignored)
      .map((conflict) => ({ ...conflict, listener })),
  );
}

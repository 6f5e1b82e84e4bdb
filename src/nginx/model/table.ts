import path from 'node:path';
import type { Place } from '../../base/errors.ts';
import { withBrackets } from '../../names/address.ts';
import { fromLatin1 } from '../reading/latin1.ts';
import { childrenNamed, type LocatedDirective, placeOf } from '../reading/located.ts';
import { includedFile } from './include-path.ts';
import { destinationOf } from './destination.ts';
import { type Listener, listenersOf } from './listeners.ts';
import type { ServerBlock } from './server.ts';

/** One name on one listener, with a server block that claims it. */
export interface AnswerRow {
  /** `0.0.0.0:80`, `[::]:443`, `unix:/run/nginx.sock`. */
  listener: string;
  /** HTTP/3, over UDP. */
  quic: boolean;
  tls: boolean;
  http2: boolean;
  /** As written. Undefined for all names that no block claims. */
  name: string | undefined;
  /** Place of the server block. */
  place: Place;
  /** Absolute, or as written if the path contains a variable; empty without TLS. */
  certificateFiles: readonly string[];
  /** As written. Undefined for nginx's default folder `html`. */
  leadsTo: string | undefined;
  /** Everyhop enabled HTTPS for this block. */
  managed: boolean;
  /** An earlier block claims the name on this listener, so nginx never uses this one for it. */
  ignored: boolean;
}

/**
 * The answering server block for each name on each listener, in nginx's order. The last row of each listener is the block
 * for all other names.
 * @param managedFolder the folder of Everyhop's files
 */
export function tableOf(servers: readonly ServerBlock[], managedFolder: string): AnswerRow[] {
  const facts = new Map(servers.map((server) => [server, factsOf(server, managedFolder)]));
  return listenersOf(servers).flatMap((listener) => {
    const row = (server: ServerBlock, name: string | undefined): AnswerRow => {
      const { place, certificateFiles, leadsTo, managed } = facts.get(server)!;
      return {
        listener: titleOf(listener),
        quic: listener.quic,
        tls: listener.ssl,
        http2: listener.http2,
        name,
        place,
        certificateFiles: listener.ssl ? certificateFiles : [],
        leadsTo,
        managed,
        ignored: listener.names.conflicts.some(
          (one) => one.ignored === server && one.name === name && one.first !== server,
        ),
      };
    };
    const named = listener.servers.flatMap((server) => writtenNames(server).map((name) => row(server, name)));
    return [...named, row(listener.defaultServer, undefined)];
  });
}

/** As written in a URL or a `listen` directive. */
export function titleOf({ address, port }: Pick<Listener, 'address' | 'port'>): string {
  if (address.startsWith('unix:')) return address;
  return `${withBrackets(address)}:${port}`;
}

function writtenNames({ names }: ServerBlock): string[] {
  return [...new Set(names.map(({ written }) => written))].filter((name) => name !== '');
}

function factsOf(
  server: ServerBlock,
  managedFolder: string,
): Pick<AnswerRow, 'place' | 'certificateFiles' | 'leadsTo' | 'managed'> {
  const { located, configuration } = server;
  const folder = path.dirname(configuration.main.path);
  const around = [located, ...located.parents.toReversed()].map((block) => valuesOf(block, 'ssl_certificate'));
  const certificates = around.find((found) => found.length > 0) ?? [];
  return {
    place: placeOf(located),
    certificateFiles: certificates.map((file) => (/^data:|\$/.test(file) ? file : path.resolve(folder, file))),
    leadsTo: destinationOf(located),
    managed: valuesOf(located, 'include', includedFile).some((file) =>
      path.resolve(folder, file).startsWith(`${managedFolder}/`),
    ),
  };
}

function valuesOf(block: LocatedDirective, name: string, read = fromLatin1): string[] {
  return childrenNamed(block, name).flatMap(({ directive: { args } }) => (args[0] ? [read(args[0].text)] : []));
}

import path from 'node:path';
import type { Place } from '../../base/errors.ts';
import { withBrackets } from '../../names/address.ts';
import { shown } from '../reading/bytes.ts';
import { childrenNamed, type Located, placeOf } from '../reading/located.ts';
import { destinationOf } from './destination.ts';
import { type Listener, listenersOf } from './listeners.ts';
import type { ServerBlock } from './server.ts';

/** One listener and one name, and what answers there. */
export interface AnswerRow {
  /** `0.0.0.0:80`, `[::]:443`, `unix:/run/nginx.sock`. */
  listener: string;
  /** HTTP/3, over UDP. */
  quic: boolean;
  tls: boolean;
  http2: boolean;
  /** As written; undefined: every name that no block has. */
  name: string | undefined;
  /** Of the server block. */
  place: Place;
  /** Absolute; none without TLS. One with a variable in it is as written. */
  certificateFiles: readonly string[];
  /** As written; undefined: nginx's own folder `html`. */
  leadsTo: string | undefined;
  /** Everyhop has made the block's HTTPS. */
  managed: boolean;
  /** A block before it has the name on this listener: nginx never asks this one for it. */
  ignored: boolean;
}

/**
 * Which server block answers for which name on which listener, in nginx's order; of each listener at last the block that
 * answers for all other names.
 * @param managedFolder where Everyhop's own files are
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

/** As a person would write it. */
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
    managed: valuesOf(located, 'include').some((file) => path.resolve(folder, file).startsWith(`${managedFolder}/`)),
  };
}

function valuesOf(block: Located, name: string): string[] {
  return childrenNamed(block, name).flatMap(({ directive: { args } }) => (args[0] ? [shown(args[0].text)] : []));
}

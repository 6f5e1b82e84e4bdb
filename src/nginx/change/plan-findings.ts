import { listOf } from '../../base/messages.ts';
import { Fault } from '../../hop/finding.ts';
import type { Hop } from '../../hop/hop.ts';
import type { ServerBlock } from '../model/server.ts';
import { normaliseHost } from '../model/names.ts';
import { matchesName } from '../model/servers.ts';
import { fromLatin1 } from '../reading/latin1.ts';
import type { LocatedDirective } from '../reading/located.ts';
import { isPlain } from './added-listens.ts';
import { argumentsOf, positionOf } from './context.ts';
import { changeError } from './messages.ts';

/** The hop that a plan creates: from visitors to these names. */
export function visitorHop([host = '']: readonly string[], port: number): Hop {
  return { from: { role: 'visitor' }, to: { host, port }, trust: { roots: 'system' } };
}

/** A finding for names of a block that the command does not list. */
export function namesLeft(server: ServerBlock, named: readonly string[], hop: Hop): Fault[] {
  const left = server.names
    .filter(({ kind, name }) => kind === 'exact' && !/^_?$/.test(name) && !named.map(normaliseHost).includes(name))
    .map(({ name }) => name);
  if (left.length === 0) return [];
  const params = { names: listOf(left), all: [...named, ...left].join(' ') };
  return [
    new Fault('warning', changeError('nginx.names-left', params, { place: positionOf(server.located) }), { hop }),
  ];
}

/** A finding for a block that stays on plain HTTP, as HTTPS serves other content under its name. */
export function portLeft(server: ServerBlock, names: readonly string[], hop: Hop): Fault {
  const own = names.find((name) => matchesName(server, name)) ?? names[0]!;
  const ports = [...new Set(server.listens.filter(isPlain).map(({ port }) => String(port)))];
  const params = { name: own, ports: listOf(ports) };
  return new Fault('warning', changeError('nginx.port-left', params, { place: positionOf(server.located) }), { hop });
}

/** A finding about a line of the user's configuration. */
export function lineFinding(
  code: 'nginx.holds-back' | 'nginx.shared-file' | 'nginx.copied-include',
  located: LocatedDirective,
  hop: Hop,
): Fault {
  // Without the block that it may open.
  const directive = fromLatin1([located.directive.name.text, ...argumentsOf(located)].join(' '));
  return new Fault('warning', changeError(code, { directive }, { place: positionOf(located) }), { hop });
}

import { type Place, renderPlace } from '../../base/errors.ts';
import type { ServerBlock } from '../model/server.ts';
import { childrenNamed, childrenOf, type ConfigurationFile, type LocatedDirective } from '../reading/located.ts';

/** The directives of a name that stand in a block itself, includes seen through. */
export function own(block: LocatedDirective, name: string): readonly LocatedDirective[] {
  return childrenNamed(block, name);
}

/** Those in force in a block: its own, or else those of the nearest block around it that has any, as nginx inherits lists. */
export function inForce(block: LocatedDirective, name: string): readonly LocatedDirective[] {
  for (const around of [block, ...block.parents.toReversed()]) {
    const found = own(around, name);
    if (found.length > 0) return found;
  }
  return [];
}

export function argumentsOf({ directive }: LocatedDirective): string[] {
  return directive.args.map(({ text }) => text);
}

/** As written, in one line. */
export function written({ directive, file }: LocatedDirective): string {
  return file.text.slice(directive.start, directive.end);
}

/** The `location` blocks of a server, nested ones too, in order. */
export function locationsOf(block: LocatedDirective): LocatedDirective[] {
  return own(block, 'location').flatMap((location) => [location, ...locationsOf(location)]);
}

/** Where requests go that no other location takes: its `location /`. */
export function rootLocation(server: LocatedDirective): LocatedDirective | undefined {
  return own(server, 'location').find((location) => argumentsOf(location).join(' ').replace(/^\^~ /, '') === '/');
}

export function positionOf({ file, directive }: LocatedDirective): Place {
  return { file: file.path, line: directive.line };
}

export function placeOf(located: LocatedDirective): string {
  return renderPlace(positionOf(located));
}

/** Is the file also read by another server block? Then to edit it would be to edit that one, too. */
export function isShared(file: ConfigurationFile, server: ServerBlock, servers: readonly ServerBlock[]): boolean {
  if (file === server.located.file) return false;
  const reads = (block: LocatedDirective): boolean =>
    childrenOf(block).some((child) => child.file === file || (child.directive.block && reads(child)));
  return servers.some((other) => other !== server && reads(other.located));
}

import { type Place, renderPlace } from '../../base/errors.ts';
import type { ServerBlock } from '../model/server.ts';
import { childrenNamed, childrenOf, type ConfigurationFile, type LocatedDirective } from '../reading/located.ts';

/** The directives with this name in the block itself, including those from its includes. */
export function own(block: LocatedDirective, name: string): readonly LocatedDirective[] {
  return childrenNamed(block, name);
}

/** The directives in effect in a block: its own, or else those of the nearest outer block that has any, as nginx inherits. */
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

/** The source text. */
export function written({ directive, file }: LocatedDirective): string {
  return file.text.slice(directive.start, directive.end);
}

/** The `location` blocks of a server in order, including nested ones. */
export function locationsOf(block: LocatedDirective): LocatedDirective[] {
  return own(block, 'location').flatMap((location) => [location, ...locationsOf(location)]);
}

/** The `location /`, which receives the requests that match no other location. */
export function rootLocation(server: LocatedDirective): LocatedDirective | undefined {
  return own(server, 'location').find((location) => argumentsOf(location).join(' ').replace(/^\^~ /, '') === '/');
}

export function positionOf({ file, directive }: LocatedDirective): Place {
  return { file: file.path, line: directive.line };
}

export function placeOf(located: LocatedDirective): string {
  return renderPlace(positionOf(located));
}

/** True if another server block includes the file too, so that an edit would affect it. */
export function isShared(file: ConfigurationFile, server: ServerBlock, servers: readonly ServerBlock[]): boolean {
  if (file === server.located.file) return false;
  const reads = (block: LocatedDirective): boolean =>
    childrenOf(block).some((child) => child.file === file || (child.directive.block && reads(child)));
  return servers.some((other) => other !== server && reads(other.located));
}

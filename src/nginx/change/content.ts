import { answerIn, destinationOf } from '../model/destination.ts';
import type { ServerBlock } from '../model/server.ts';
import type { LocatedDirective } from '../reading/located.ts';
import { argumentsOf, locationsOf, own, rootLocation } from './context.ts';

/** True if a block only leads visitors to HTTPS, such as the block that certbot leaves on port 80. */
export function leadsToHttps({ located }: ServerBlock): boolean {
  const root = rootLocation(located);
  const blocks = [located, ...(root ? [root] : [])].flatMap((block) => [block, ...own(block, 'if')]);
  const isLeading = blocks.some((block) =>
    ['return', 'rewrite'].flatMap((name) => own(block, name)).some((one) => argumentsOf(one).some(isHttpsUrl)),
  );
  return isLeading && locationsOf(located).every((location) => location === root || !isContent(location));
}

function isHttpsUrl(text: string): boolean {
  return /^https:\/\//i.test(text);
}

/** Challenges, and errors such as `deny all`, are no content of a site. */
function isContent(location: LocatedDirective): boolean {
  if (argumentsOf(location).at(-1)!.includes('acme-challenge')) return false;
  const answer = answerIn(location);
  return answer !== undefined && !/^return [4-5]\d\d/.test(answer);
}

/**
 * True if a visitor of one block finds everything in the other one too: the same destination, and every location of the
 * first with the same answer in the second. Compares the configuration as written.
 */
export function hasContentOf(other: ServerBlock, one: ServerBlock): boolean {
  if (plainly(destinationOf(one.located)) !== plainly(destinationOf(other.located))) return false;
  const there = new Set(locationsOf(other.located).map(signature));
  return locationsOf(one.located)
    .filter(isContent)
    .every((location) => there.has(signature(location)));
}

function signature(location: LocatedDirective): string {
  return `${argumentsOf(location).join(' ')} → ${plainly(answerIn(location)) ?? ''}`;
}

function plainly(answer: string | undefined): string | undefined {
  return answer?.replace(/\/$/, '');
}

import type { Phrase } from '../../base/language.ts';
import { type Target, urlOf } from './target.ts';

/** Where nginx answers differently than it should. */
export interface Finding {
  target: Target;
  meant: Phrase;
  seen: Phrase;
}

/** The parameters of `nginx.not-proven`; `url` with the address that was asked. */
export function differenceOf({ target, meant, seen }: Finding): { url: string; meant: Phrase; seen: Phrase } {
  return { url: `${urlOf(target)} (${target.socketPath ?? target.address})`, meant, seen };
}

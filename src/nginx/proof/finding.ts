import type { Language, WordParams } from '../../base/language.ts';
import { proofWords } from './messages.ts';
import { type Target, urlOf } from './target.ts';

type ProofTexts = typeof proofWords.texts;

/** One line of the catalogue, not yet in anybody's language. */
export interface Said {
  key: keyof ProofTexts;
  params: Readonly<Record<string, string | number>>;
}

/** Where what was seen is not what was meant. */
export interface Finding {
  target: Target;
  meant: Said;
  seen: Said;
}

export function said<K extends keyof ProofTexts>(key: K, params: WordParams<ProofTexts, K>): Said {
  return { key, params };
}

/** The parts of a finding as a person reads them; `url` with the address where it was asked. */
export function findingIn(
  language: Language,
  { target, meant, seen }: Finding,
): { url: string; meant: string; seen: string } {
  const place = target.socketPath ?? target.address;
  return { url: `${urlOf(target)} (${place})`, meant: sentence(language, meant), seen: sentence(language, seen) };
}

function sentence(language: Language, { key, params }: Said): string {
  return proofWords.say(language, key, params as never);
}

import { acmeError, acmeWords, dns01Error, dns01Words } from '../acme/messages.ts';
import { describeError, EveryhopError, type ErrorTexts } from '../base/errors.ts';
import { Phrase, type PhraseData, type Value, type Wording, type WordTexts } from '../base/language.ts';
import { baseError, baseWords } from '../base/messages.ts';
import { dnsError, dnsWords } from '../dns/messages.ts';
import { probeWords } from '../probe/messages.ts';
import { storeError, storeWords } from '../store/messages.ts';
import { x509Error } from '../x509/messages.ts';
import { certificatesError, certificatesWords, preflightError, preflightWords } from './messages.ts';

const errors: ErrorTexts = Object.assign(
  {},
  ...[baseError, dnsError, x509Error, storeError, acmeError, dns01Error, certificatesError, preflightError].map(
    ({ texts }) => texts,
  ),
) as ErrorTexts;
const words: WordTexts = Object.assign(
  {},
  ...[baseWords, dnsWords, probeWords, storeWords, acmeWords, dns01Words, certificatesWords, preflightWords].map(
    ({ texts }) => texts,
  ),
) as WordTexts;

/** Why an attempt failed, for the store: in no language if it is one of our errors. */
export function writeDetail(error: unknown): string {
  if (!(error instanceof EveryhopError)) return describeError(error);
  return JSON.stringify({ key: error.code, params: error.params } satisfies PhraseData);
}

/** What happened. Earlier versions stored an English text. */
export function readDetail(text: string): Wording {
  if (!text.startsWith('{')) return text;
  try {
    return phraseOf(JSON.parse(text) as PhraseData);
  } catch {
    return text;
  }
}

function phraseOf({ key, params }: PhraseData): Phrase | string {
  const error = errors[key];
  const text = error ? { en: error.en.meaning, zh: error.zh.meaning } : words[key];
  if (!text) return key; // stored by a later version
  const values = Object.entries(params).map(([name, value]): [string, Value] => [
    name,
    typeof value === 'object' && !(value instanceof Phrase) ? phraseOf(value) : value,
  ]);
  return new Phrase(key, text, Object.fromEntries(values));
}

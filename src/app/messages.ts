/** The texts of every room together, for the readers: command line, documentation, alerts. */
import { acmeError } from '../acme/messages.ts';
import { dns01Error } from '../acme/dns-01/messages.ts';
import { demoWords } from '../apps/demo/messages.ts';
import { authorityError } from '../authority/messages.ts';
import { type ErrorData, type ErrorReport, type ErrorTexts, reportOf } from '../base/errors.ts';
import { fill, type Language, type PhraseData, type WordTexts } from '../base/language.ts';
import { baseError } from '../base/messages.ts';
import { certificatesError } from '../certificates/messages.ts';
import { preflightError, preflightWords } from '../certificates/preflight/messages.ts';
import type { Verdict } from '../certificates/preflight/verdict.ts';
import { configError } from '../config/messages.ts';
import { controlError } from '../control/messages.ts';
import { dnsError } from '../dns/messages.ts';
import { edgeError, edgeWords } from '../edge/messages.ts';
import { changeError } from '../nginx/change/messages.ts';
import { nginxError } from '../nginx/messages.ts';
import { proofError, proofWords } from '../nginx/proof/messages.ts';
import { readingError } from '../nginx/reading/messages.ts';
import { storeError } from '../store/messages.ts';
import { bundleError } from '../trust/bundle/messages.ts';
import { trapWords } from '../trust/consumers/messages.ts';
import { trustError } from '../trust/messages.ts';
import { x509Error } from '../x509/messages.ts';

/** In the order of docs/errors.md. */
export const errorCatalogues = [
  baseError,
  dnsError,
  x509Error,
  storeError,
  configError,
  acmeError,
  dns01Error,
  authorityError,
  trustError,
  bundleError,
  certificatesError,
  preflightError,
  edgeError,
  nginxError,
  proofError,
  changeError,
  readingError,
  controlError,
] as const;

export const wordCatalogues = [preflightWords, demoWords, trapWords, edgeWords, proofWords] as const;

export const wordTexts = {
  ...preflightWords.texts,
  ...demoWords.texts,
  ...trapWords.texts,
  ...edgeWords.texts,
  ...proofWords.texts,
};

const errorTexts: ErrorTexts = Object.assign({}, ...errorCatalogues.map(({ texts }) => texts));

/** Renders an error that came as data, from an event or the running program. */
export function report(error: ErrorData, language: Language): ErrorReport {
  return reportOf(error, language, (code) => (Object.hasOwn(errorTexts, code) ? errorTexts[code] : undefined), render);
}

/** Renders a phrase that came as data; an unknown one is its key. */
export function render({ key, params }: PhraseData, language: Language): string {
  const texts: WordTexts = wordTexts;
  return Object.hasOwn(texts, key) ? fill(texts[key]![language], params, language, render) : key;
}

/** What a preflight found, in words; a check that passed has a message alone. */
export function verdictText(verdict: Verdict, language: Language): { message: string; cause?: string; hint?: string } {
  if (verdict.severity === 'fine') return { message: render({ key: verdict.code, params: verdict.params }, language) };
  const { message, cause, hint } = report({ code: verdict.code, params: verdict.params }, language);
  return { message, cause, hint };
}

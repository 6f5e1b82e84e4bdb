/** The texts of every room together, for the readers: command line, documentation, alerts. */
import { accessError } from '../access/messages.ts';
import { acmeError, acmeWords, dns01Error, dns01Words } from '../acme/messages.ts';
import { appsError, appsWords } from '../apps/messages.ts';
import { authorityError, authorityWords } from '../authority/messages.ts';
import { type ErrorData, type ErrorReport, type ErrorTexts, reportOf } from '../base/errors.ts';
import { type Invocation, plainInvocation, spell } from '../base/invocation.ts';
import { fill, type Language, type PhraseData, type WordTexts } from '../base/language.ts';
import { baseError, baseWords } from '../base/messages.ts';
import {
  certificateFilesError,
  certificateFilesWords,
  certificatesError,
  preflightError,
  preflightWords,
} from '../certificates/messages.ts';
import { configError, configWords } from '../config/messages.ts';
import { controlError } from '../control/messages.ts';
import { dnsError, dnsWords } from '../dns/messages.ts';
import { edgeError, edgeWords, forwardAuthError, oidcError, oidcWords } from '../edge/messages.ts';
import type { Finding, Severity } from '../hop/finding.ts';
import type { Hop } from '../hop/hop.ts';
import { lanError } from '../lan/messages.ts';
import { changeError, nginxError, proofError, proofWords, readingError } from '../nginx/messages.ts';
import { passwordsError, passwordWords } from '../passwords/messages.ts';
import { probeWords } from '../probe/messages.ts';
import { serviceError } from '../service/messages.ts';
import { backupError, storeError, storeWords } from '../store/messages.ts';
import {
  bundleError,
  bundleWords,
  checkError,
  checkWords,
  fetchError,
  handoutWords,
  trapError,
  trapWords,
  trustError,
} from '../trust/messages.ts';
import { x509Error } from '../x509/messages.ts';

export type { Finding, Severity } from '../hop/finding.ts';
export { lossPhrase } from '../edge/loss.ts';
export { failurePhrase } from '../probe/phrases.ts';

/** In the order of docs/errors.md. */
export const errorCatalogues = [
  baseError,
  dnsError,
  x509Error,
  storeError,
  backupError,
  configError,
  passwordsError,
  lanError,
  acmeError,
  dns01Error,
  authorityError,
  trustError,
  bundleError,
  fetchError,
  checkError,
  trapError,
  certificatesError,
  certificateFilesError,
  preflightError,
  accessError,
  appsError,
  edgeError,
  oidcError,
  forwardAuthError,
  nginxError,
  proofError,
  changeError,
  readingError,
  serviceError,
  controlError,
] as const;

export const wordCatalogues = [
  baseWords,
  dnsWords,
  storeWords,
  configWords,
  passwordWords,
  probeWords,
  acmeWords,
  dns01Words,
  authorityWords,
  bundleWords,
  checkWords,
  handoutWords,
  trapWords,
  certificateFilesWords,
  preflightWords,
  appsWords,
  edgeWords,
  oidcWords,
  proofWords,
] as const;

export const wordTexts = {
  ...baseWords.texts,
  ...dnsWords.texts,
  ...storeWords.texts,
  ...configWords.texts,
  ...passwordWords.texts,
  ...probeWords.texts,
  ...acmeWords.texts,
  ...dns01Words.texts,
  ...authorityWords.texts,
  ...bundleWords.texts,
  ...checkWords.texts,
  ...handoutWords.texts,
  ...trapWords.texts,
  ...certificateFilesWords.texts,
  ...preflightWords.texts,
  ...appsWords.texts,
  ...edgeWords.texts,
  ...proofWords.texts,
};

const errorTexts: ErrorTexts = Object.assign({}, ...errorCatalogues.map(({ texts }) => texts));

const textsOf = (code: string): ErrorTexts[string] | undefined =>
  Object.hasOwn(errorTexts, code) ? errorTexts[code] : undefined;

/**
 * Renders an error from data, for example from an event or the running program.
 * @param invocation how the reader starts Everyhop, for the commands in the texts.
 */
export function report(error: ErrorData, language: Language, invocation?: Invocation): ErrorReport {
  return reportOf(error, language, { textsOf, render, invocation });
}

/** Renders a phrase from data: words, or the meaning of an error. An unknown key is returned as it is. */
export function render({ key, params }: PhraseData, language: Language): string {
  const words: WordTexts = wordTexts;
  if (Object.hasOwn(words, key)) return fill(words[key]![language], params, language, render);
  return Object.hasOwn(errorTexts, key) ? fill(errorTexts[key]![language].meaning, params, language, render) : key;
}

/** A finding in one language, in the form of the JSON output. */
export interface FindingReport extends Pick<ErrorReport, 'code' | 'message' | 'place'> {
  severity: Severity;
  /** Cause and hint only for warnings and errors. */
  cause?: string;
  hint?: string;
  evidence: string[];
  fix?: string;
  hop?: Hop;
}

/** Renders a finding from this process or from data. @param invocation as for `report`. */
export function findingReport(
  finding: Finding,
  language: Language,
  invocation: Invocation = plainInvocation,
): FindingReport {
  const { code, params, severity, hop, evidence, fix } = finding;
  const words = (phrase: PhraseData): string => spell(render(phrase, language), invocation);
  const { message, cause, hint, place } =
    severity === 'ok'
      ? { message: words({ key: code, params }), cause: undefined, hint: undefined, place: undefined }
      : report(finding, language, invocation);
  return {
    code,
    severity,
    message,
    ...(cause !== undefined && { cause }),
    ...(hint !== undefined && { hint }),
    ...(place && { place }),
    evidence: evidence.map((one) => (typeof one === 'string' ? one : words(one))),
    ...(fix !== undefined && { fix: spell(fix, invocation) }),
    ...(hop && { hop }),
  };
}

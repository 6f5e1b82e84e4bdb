/**
 * The one catalogue of everything a person reads, in English and Simplified Chinese: errors (with cause and hint) and
 * words. One file per room, so that a message is found where its sender lives. `{name}` is a parameter, checked by the
 * compiler where it is used.
 */
import * as acme from './acme.ts';
import * as acmeDns from './acme-dns.ts';
import * as apps from './apps.ts';
import * as authority from './authority.ts';
import * as base from './base.ts';
import * as certificates from './certificates.ts';
import * as cli from './cli.ts';
import * as config from './config.ts';
import * as edge from './edge.ts';
import * as nginx from './nginx.ts';
import * as nginxChange from './nginx-change.ts';
import * as nginxProof from './nginx-proof.ts';
import * as nginxReading from './nginx-reading.ts';
import * as probe from './probe.ts';
import * as store from './store.ts';
import * as trust from './trust.ts';
import * as trustBundle from './trust-bundle.ts';
import * as trustCheck from './trust-check.ts';
import * as x509 from './x509.ts';

export type Language = 'en' | 'zh';

/** Where a mistake is: a file, and a line and column (both from 1) where they are known. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** What an error says: `meaning` is what happened, `cause` why it happens, `hint` what mends it. */
export interface ErrorText {
  meaning: string;
  cause: string;
  hint: string;
}

export const errors = {
  ...base.errors,
  ...x509.errors,
  ...store.errors,
  ...config.errors,
  ...acme.errors,
  ...acmeDns.errors,
  ...authority.errors,
  ...trust.errors,
  ...trustBundle.errors,
  ...trustCheck.errors,
  ...apps.errors,
  ...probe.errors,
  ...certificates.errors,
  ...edge.errors,
  ...nginx.errors,
  ...nginxProof.errors,
  ...nginxChange.errors,
  ...nginxReading.errors,
  ...cli.errors,
} satisfies Record<string, Record<Language, ErrorText>>;

export const words = {
  ...acmeDns.words,
  ...apps.words,
  ...authority.words,
  ...trust.words,
  ...trustBundle.words,
  ...trustCheck.words,
  ...probe.words,
  ...edge.words,
  ...nginx.words,
  ...nginxChange.words,
  ...nginxProof.words,
  ...nginxReading.words,
  ...cli.words,
} satisfies Record<string, Record<Language, string>>;

export type ErrorCode = keyof typeof errors;
export type WordKey = keyof typeof words;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Params<T extends string> = Record<Names<T>, string | number>;
/** Distributes over a union of codes, so that an error of one code is assignable to an error of any. */
export type ErrorParams<C extends ErrorCode> = C extends ErrorCode
  ? Params<(typeof errors)[C]['en']['meaning' | 'cause' | 'hint'] & string>
  : never;
export type WordParams<K extends WordKey> = Params<(typeof words)[K]['en'] & string>;

function fill(template: string, params: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

export function renderError<C extends ErrorCode>(
  code: C,
  params: ErrorParams<C>,
  language: Language,
): { message: string; cause: string; hint: string } {
  const text: ErrorText = errors[code][language];
  return { message: fill(text.meaning, params), cause: fill(text.cause, params), hint: fill(text.hint, params) };
}

/** One line of the catalogue, filled in. */
export function say<K extends WordKey>(language: Language, key: K, params: WordParams<K>): string {
  return fill(words[key][language], params);
}

export function renderPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

/**
 * The person's language: `--lang` if given, else the locale (LC_ALL, LC_MESSAGES, LANG), else English.
 * Any Chinese locale reads Simplified Chinese.
 */
export function chooseLanguage(wanted: string | undefined, env: Record<string, string | undefined>): Language {
  const locale = wanted || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

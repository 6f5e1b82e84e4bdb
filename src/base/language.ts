import { redact } from './redact.ts';

export type Language = 'en' | 'zh';

/** A text as data. The reader looks up `key` in its language. */
export interface PhraseData {
  key: string;
  params: ParamsData;
}

/** Values for the `{name}` parameters of a text. A phrase is rendered in the same language as the text. */
export type Value = string | number | Phrase;
/** Text of another program, never translated, or our own phrase. */
export type Wording = string | Phrase;
export type Params = Readonly<Record<string, Value>>;
/** Params, possibly received as JSON. */
export type ParamsData = Readonly<Record<string, Value | PhraseData>>;

export type WordTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The parameters of a template. A command (`{everyhop up}`, invocation.ts) is none. */
export type ParamsOf<T extends string> = Record<Exclude<Names<T>, `everyhop${string}`>, Value>;

export type WordParams<T extends WordTexts, K extends keyof T> = ParamsOf<T[K]['en']>;

/** A text not yet rendered, with its wording in every language and its parameters redacted. Serializes to `PhraseData`. */
export class Phrase<K extends string = string> implements PhraseData {
  readonly key: K;
  readonly params: Params;
  readonly #text: Readonly<Record<Language, string>>;

  constructor(key: K, text: Readonly<Record<Language, string>>, params: Params) {
    this.key = key;
    this.#text = text;
    this.params = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
    );
  }

  in(language: Language): string {
    return fill(this.#text[language], this.params, language);
  }

  /** In English. */
  toString(): string {
    return this.in('en');
  }
}

/** Makes the phrases of one room. `say` renders one immediately. */
export interface Words<T extends WordTexts> {
  <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K>;
  readonly say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>) => string;
  readonly texts: T;
}

/**
 * Declares phrases with their wording in every language. `{name}` is a parameter, checked by the compiler at each use.
 */
export function defineWords<const T extends WordTexts>(texts: T): Words<T> {
  const phrase = <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K> =>
    new Phrase(key, texts[key]!, params);
  return Object.assign(phrase, {
    texts,
    say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>): string =>
      fill(texts[key]![language], params, language),
  });
}

/** Renders a phrase received as JSON, which carries no wording. */
export type RenderPhrase = (phrase: PhraseData, language: Language) => string;

/** Replaces each `{name}` for which there is a parameter. */
export function fill(template: string, params: ParamsData, language: Language, render: RenderPhrase = keyOf): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (value instanceof Phrase) return value.in(language);
    return typeof value === 'object' ? render(value, language) : String(value);
  });
}

export function inWords(wording: Wording, language: Language): string {
  return typeof wording === 'string' ? wording : wording.in(language);
}

function keyOf({ key }: PhraseData): string {
  return key;
}

/**
 * The user's language: `--lang` if given, else the locale (LC_ALL, LC_MESSAGES, LANG), else English.
 * Every Chinese locale gets Simplified Chinese.
 */
export function chooseLanguage(wanted: string | undefined, env: Record<string, string | undefined>): Language {
  const locale = wanted || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

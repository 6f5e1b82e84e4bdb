export type Language = 'en' | 'zh';

/** A text as data: the reader looks `key` up in its own language. */
export interface PhraseData {
  key: string;
  params: ParamsData;
}

/** Values for the `{name}` parameters of a text. A phrase is rendered in the language of the text around it. */
export type Value = string | number | Phrase;
export type Params = Readonly<Record<string, Value>>;
/** Params, or what JSON leaves of them. */
export type ParamsData = Readonly<Record<string, Value | PhraseData>>;

export type WordTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The parameters that a template names. */
export type ParamsOf<T extends string> = Record<Names<T>, Value>;

export type WordParams<T extends WordTexts, K extends keyof T> = ParamsOf<T[K]['en']>;

/** A text in no language yet, which knows its own words. As JSON it is a `PhraseData`. */
export class Phrase<K extends string = string> implements PhraseData {
  readonly key: K;
  readonly params: Params;
  readonly #text: Readonly<Record<Language, string>>;

  constructor(key: K, text: Readonly<Record<Language, string>>, params: Params) {
    this.key = key;
    this.#text = text;
    this.params = params;
  }

  in(language: Language): string {
    return fill(this.#text[language], this.params, language);
  }

  /** In English. */
  toString(): string {
    return this.in('en');
  }
}

/** The words of one room. Called, it makes a phrase; `say` renders one at once. */
export interface Words<T extends WordTexts> {
  <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K>;
  readonly say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>) => string;
  readonly texts: T;
}

/** Declares words in every language side by side; `{name}` is a parameter, which the compiler checks at each use. */
export function defineWords<const T extends WordTexts>(texts: T): Words<T> {
  const phrase = <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K> =>
    new Phrase(key, texts[key]!, params);
  return Object.assign(phrase, {
    texts,
    say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>): string =>
      fill(texts[key]![language], params, language),
  });
}

/** Renders a phrase that came as JSON, where it does not know its own words. */
export type RenderPhrase = (phrase: PhraseData, language: Language) => string;

/** Replaces each `{name}` that has a parameter. */
export function fill(template: string, params: ParamsData, language: Language, render: RenderPhrase = keyOf): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (value instanceof Phrase) return value.in(language);
    return typeof value === 'object' ? render(value, language) : String(value);
  });
}

function keyOf({ key }: PhraseData): string {
  return key;
}

/**
 * The person's language: `--lang` if given, else the locale (LC_ALL, LC_MESSAGES, LANG), else English.
 * Any Chinese locale reads Simplified Chinese.
 */
export function chooseLanguage(wanted: string | undefined, env: Record<string, string | undefined>): Language {
  const locale = wanted || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

export type Language = 'en' | 'zh';

/** Values for the `{name}` parameters of a text. */
export type Params = Readonly<Record<string, string | number>>;

/** A text as data: the reader looks `key` up in its own language. */
export interface Phrase<K extends string = string> {
  key: K;
  params: Params;
}

export type WordTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The parameters that a template names. */
export type ParamsOf<T extends string> = Record<Names<T>, string | number>;

export type WordParams<T extends WordTexts, K extends keyof T> = ParamsOf<T[K]['en']>;

/** The words of one room. Called, it makes a phrase; `say` renders one. */
export interface Words<T extends WordTexts> {
  <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K>;
  readonly say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>) => string;
  /** Renders a phrase that came as data; an unknown one is its key. */
  readonly render: (phrase: Phrase, language: Language) => string;
  readonly texts: T;
}

/** Declares words in every language side by side; `{name}` is a parameter, which the compiler checks at each use. */
export function defineWords<const T extends WordTexts>(texts: T): Words<T> {
  const phrase = <K extends keyof T & string>(key: K, params: WordParams<T, K>): Phrase<K> => ({ key, params });
  return Object.assign(phrase, {
    texts,
    say: <K extends keyof T & string>(language: Language, key: K, params: WordParams<T, K>): string =>
      fill(texts[key]![language], params),
    render: ({ key, params }: Phrase, language: Language): string =>
      Object.hasOwn(texts, key) ? fill(texts[key]![language], params) : key,
  });
}

/** Replaces each `{name}` that has a parameter. */
export function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/**
 * The person's language: `--lang` if given, else the locale (LC_ALL, LC_MESSAGES, LANG), else English.
 * Any Chinese locale reads Simplified Chinese.
 */
export function chooseLanguage(wanted: string | undefined, env: Record<string, string | undefined>): Language {
  const locale = wanted || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

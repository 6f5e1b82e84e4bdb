const translated = new Map<string, RegExp | undefined>();

/**
 * Translates the regular expression of a `server_name` (PCRE) to JavaScript. nginx matches lower-case hosts, and ignores
 * case only if the expression contains a capital letter.
 * @param pattern without its `~`
 * @returns undefined if the pattern uses syntax that only PCRE has, or that is too rare to translate
 */
export function translatePattern(pattern: string): RegExp | undefined {
  if (!translated.has(pattern)) translated.set(pattern, translate(pattern));
  return translated.get(pattern);
}

function translate(pattern: string): RegExp | undefined {
  try {
    return new RegExp(new Translation(pattern).source(), /[A-Z]/.test(pattern) ? 'i' : '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The supported PCRE syntax outside brackets with its JavaScript form, longest first. Anything else fails. */
const outside: [RegExp, (found: RegExpExecArray) => string][] = [
  [/\\Q([^]*?)(?:\\E|$)/y, ([, text]) => text!.replace(/[^]/g, literal)],
  [/\(\?#[^)]*\)/y, () => ''],
  [/\(\?(?::|=|!|<=|<!)/y, ([start]) => start],
  // Back-references are not supported, so a group needs neither name nor number.
  [/\(\?P?<[A-Za-z_]\w*>|\(\?'[A-Za-z_]\w*'|\((?![?*])/y, () => '(?:'],
  [/[|)^$.]/y, ([byte]) => byte],
  [/(?:[*+?]|\{\d+(?:,\d*)?\})\??(?![+?*])/y, ([quantifier]) => quantifier],
  [/\{(?![\d,\s]+\})|[\]}]/y, ([byte]) => literal(byte)],
  [/\\[AzZ]/y, ([escaped]) => (escaped === String.raw`\A` ? '^' : '$')],
  [/\\[bB]/y, ([escaped]) => escaped],
];

const classes: Record<string, string> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: String.raw`\t-\r `,
  h: String.raw`\t \xa0`,
};

/** Escapes for one byte, valid in and outside brackets. */
const bytes: [RegExp, (found: RegExpExecArray) => string][] = [
  [/\\([nrtf]|x[0-9A-Fa-f]{2})/y, ([escaped]) => escaped],
  [/\\e/y, () => String.raw`\x1b`],
  [/\\a/y, () => String.raw`\x07`],
  [/\\([^0-9A-Za-z\x80-\uffff])/y, ([, byte]) => literal(byte!)],
];

const posixClasses: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
  punct: String.raw`!-\/:-@\[-\x60{-~`,
};

class Translation {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** @throws SyntaxError for unsupported syntax */
  source(): string {
    let source = '';
    while (this.#at < this.#pattern.length) source += this.#next();
    return source;
  }

  #next(): string {
    if (this.#pattern[this.#at] === '[') return this.#set();
    const [, letter] = this.#take(/\\([dDwWsShH])/y) ?? [];
    if (letter) return `[${letter === letter.toLowerCase() ? '' : '^'}${classes[letter.toLowerCase()]}]`;
    return this.#first(outside) ?? this.#first(bytes) ?? this.#plain();
  }

  #set(): string {
    let source = this.#take(/\[\^?/y)![0];
    if (this.#take(/\]/y)) source += String.raw`\]`;
    while (!this.#take(/\]/y)) source += this.#member();
    return `${source}]`;
  }

  #member(): string {
    const [, letter] = this.#take(/\\([dwsh])/y) ?? [];
    if (letter) return classes[letter]!;
    const [, posix] = this.#take(/\[:([a-z]+):\]/y) ?? [];
    if (posix) return posixClasses[posix] ?? this.#unknown();
    if (this.#take(/-/y)) return '-';
    if (this.#take(/\[(?![:.=])/y)) return String.raw`\[`;
    return this.#first(bytes) ?? this.#plain(/[^\\[\]\x80-\uffff]/y);
  }

  #plain(allowed = /[^\\[\](){}*+?|^$.\x80-\uffff]/y): string {
    return literal(this.#take(allowed)?.[0] ?? this.#unknown());
  }

  #first(rules: [RegExp, (found: RegExpExecArray) => string][]): string | undefined {
    for (const [rule, translation] of rules) {
      const found = this.#take(rule);
      if (found) return translation(found);
    }
    return undefined;
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }

  #unknown(): never {
    throw new SyntaxError(`unsupported: ${this.#pattern.slice(this.#at)}`);
  }
}

function literal(byte: string): string {
  if (byte > '\x7f') throw new SyntaxError('unsupported: a character of several bytes');
  return /[\w]/.test(byte) ? byte : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const translated = new Map<string, RegExp | undefined>();

/**
 * A regular expression of a `server_name` (PCRE) as one of JavaScript that takes the same hosts. nginx compares without
 * case only where the expression has capitals, as hosts come in lower case.
 * @param pattern without its `~`
 * @returns undefined where it says something that only PCRE has (or that is seldom enough not to be translated)
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

/** What of PCRE is taken, longest first, and what JavaScript has for it; whatever else there is ends the attempt. */
const outside: [RegExp, (found: RegExpExecArray) => string][] = [
  [/\\Q([^]*?)(?:\\E|$)/y, ([, text]) => text!.replace(/[^]/g, literal)],
  [/\(\?#[^)]*\)/y, () => ''],
  [/\(\?(?::|=|!|<=|<!)/y, ([start]) => start],
  // Without references back to it, a group's name does not matter.
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

/** Escapes that mean one byte, or a class of them, in brackets as outside. */
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

  /** @throws SyntaxError where there is something that is not translated */
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
    throw new SyntaxError(`not translated: ${this.#pattern.slice(this.#at)}`);
  }
}

function literal(byte: string): string {
  if (byte > '\x7f') throw new SyntaxError('nginx would compare its bytes');
  return /[\w]/.test(byte) ? byte : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

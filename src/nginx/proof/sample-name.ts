import { translatePattern } from '../model/pattern.ts';
import type { ServerNameKind } from '../model/server.ts';

/** Names that a client can send in the Host header and in the handshake. */
const sendable = /^[a-z0-9_.:[\]-]{1,253}$/i;
/** RFC 1035 §2.3.4, without the final dot. */
const longestName = 253;

/**
 * Returns a name that matches a `server_name` and that a client can send: itself, or an invented one for a wildcard or
 * regular expression. Undefined if no such name is found.
 */
export function sampleName(kind: ServerNameKind, pattern: string): string | undefined {
  const name = sampleOf(kind, pattern);
  return name !== undefined && sendable.test(name) ? name : undefined;
}

function sampleOf(kind: ServerNameKind, pattern: string): string | undefined {
  switch (kind) {
    case 'catch-all':
      return undefined;
    case 'exact':
      return pattern;
    case 'leading-wildcard':
      return pattern.replace(/^\*?\./, 'everyhop-proof.');
    case 'trailing-wildcard':
      return pattern.replace(/\.\*$/, '.everyhop-proof');
    default:
      return sampleOfExpression(pattern);
  }
}

/**
 * Builds a simple text that matches a regular expression, reading it from left to right. Gives up on look-around,
 * back-references and inline options. Checks the result against the expression.
 */
function sampleOfExpression(pattern: string): string | undefined {
  const expression = translatePattern(pattern);
  if (!expression) return undefined;
  const reader = new ExpressionReader(pattern);
  const sample = reader.alternatives();
  return sample !== undefined && reader.atEnd && expression.test(sample) ? sample : undefined;
}

const usualCharacters = 'a0-._xyz123456789bcdefghijklmnopqrstuvw'.split('');

class ExpressionReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Reads up to a closing parenthesis or the end; returns a text for the first alternative. */
  alternatives(): string | undefined {
    const read = [this.#sequence()];
    while (this.#take('|')) read.push(this.#sequence());
    return read.includes(undefined) ? undefined : read[0];
  }

  #sequence(): string | undefined {
    let sample = '';
    while (this.#take('^'));
    while (!this.atEnd && !this.#sees('|') && !this.#sees(')')) {
      const atom = this.#atom();
      const times = this.#times();
      if (atom === undefined || times === undefined) return undefined;
      if (sample.length + atom.length * times > longestName) return undefined;
      sample += atom.repeat(times);
    }
    return sample;
  }

  #atom(): string | undefined {
    if (this.#take('$')) return this.atEnd || this.#sees('|') || this.#sees(')') ? '' : undefined;
    if (this.#take('.')) return 'a';
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return this.#class();
    if (this.#take('\\')) return sampleOfEscape(this.#next());
    return /[*+?{^]/.test(this.#text[this.#at]!) ? undefined : this.#next();
  }

  #group(): string | undefined {
    const opening = /^\?(?::|P?<\w+>)/.exec(this.#text.slice(this.#at));
    if (opening) this.#at += opening[0].length;
    else if (this.#sees('?')) return undefined;
    const sample = this.alternatives();
    return this.#take(')') ? sample : undefined;
  }

  /** Returns the first of the usual characters that the class matches. */
  #class(): string | undefined {
    const body = /^\^?\]?(?:\\.|[^\]\\])*\]/.exec(this.#text.slice(this.#at))?.[0];
    if (body === undefined) return undefined;
    this.#at += body.length;
    const expression = translatePattern(`^[${body}$`);
    return usualCharacters.find((each) => expression?.test(each));
  }

  /** The minimum of `{n,}` or `{n,m}`, else one. */
  #times(): number | undefined {
    const quantifier = /^(?:[*+?]|\{(?<least>\d+)(?:,\d*)?\})[?+]?/.exec(this.#text.slice(this.#at));
    if (!quantifier) return 1;
    this.#at += quantifier[0].length;
    return Number(quantifier.groups?.['least'] ?? 1);
  }

  #sees(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    return this.#text[this.#at++] ?? '';
  }
}

function sampleOfEscape(character: string): string | undefined {
  switch (character) {
    case 'd':
      return '1';
    case 'w':
    case 'D':
    case 'S':
      return 'a';
    case 'W':
      return '-';
    case 'b':
    case 'A':
    case 'z':
    case 'Z':
      return '';
    default:
      return /[a-z0-9]/i.test(character) || character === '' ? undefined : character;
  }
}

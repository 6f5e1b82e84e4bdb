import { translatePattern } from '../model/pattern.ts';
import type { ServerNameKind } from '../model/server.ts';

/** What a client can put into Host and into the name of its handshake. */
const askable = /^[a-z0-9_.:[\]-]{1,253}$/i;
/** RFC 1035 §2.3.4, without the last dot. */
const longestName = 253;

/**
 * A name that this `server_name` takes: itself, or one that is made up for a wildcard or an expression. undefined where none
 * can be found, or none that a client could ask for.
 */
export function sampleName(kind: ServerNameKind, pattern: string): string | undefined {
  const name = sampleOf(kind, pattern);
  return name !== undefined && askable.test(name) ? name : undefined;
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
 * The plainest text that an expression takes, by reading it from left to right; whatever is not simple (look-around,
 * back-references, options in the expression) ends the attempt. The expression itself has the last word.
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

  /** The first of several alternatives, up to a closing parenthesis or the end. */
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

  /** The first of the usual characters that the class takes. */
  #class(): string | undefined {
    const body = /^\^?\]?(?:\\.|[^\]\\])*\]/.exec(this.#text.slice(this.#at))?.[0];
    if (body === undefined) return undefined;
    this.#at += body.length;
    const expression = translatePattern(`^[${body}$`);
    return usualCharacters.find((each) => expression?.test(each));
  }

  /** The least number that the quantifier allows, but at least one where that is allowed. */
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

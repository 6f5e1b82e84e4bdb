import { endOfLua } from './lua.ts';
import { readingError } from './messages.ts';

/** A word of a directive: its name or an argument. Offsets count bytes of the file and include the quotes. */
export interface Word {
  /** The value in nginx: without quotes, escapes resolved. */
  text: string;
  start: number;
  end: number;
}

/** Words up to their terminator. `end` is the end of the file. */
export interface Statement {
  words: Word[];
  terminator: ';' | '{' | '}' | 'end';
  /** After the terminator. */
  end: number;
  line: number;
}

/** Size of nginx's read buffer. A longer word or comment is an error. */
const bufferBytes = 4096;

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const sharp = 35;
const dollar = 36;
const singleQuote = 39;
const closingParenthesis = 41;
const semicolon = 59;
const backslash = 92;
const openingBrace = 123;
const closingBrace = 125;

function isSpace(byte: number): boolean {
  return byte === space || byte === lineFeed || byte === tab || byte === carriageReturn;
}

/** Tokenizes one file by the rules of nginx's lexer (`ngx_conf_read_token`), in time linear in its length. */
export class Lexer {
  readonly #text: string;
  readonly #path: string;
  #at = 0;
  #line = 1;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  next(): Statement {
    const words: Word[] = [];
    let line = this.#line;
    for (;;) {
      if (this.#at >= this.#text.length) {
        if (words.length > 0) this.#refuseEnd();
        return { words, terminator: 'end', end: this.#at, line };
      }
      const byte = this.#text.charCodeAt(this.#at);
      if (isSpace(byte)) {
        if (byte === lineFeed) this.#line += 1;
        this.#at += 1;
      } else if (byte === sharp) {
        this.#skipComment();
      } else if (byte === semicolon || byte === openingBrace || byte === closingBrace) {
        const terminator = this.#text[this.#at] as ';' | '{' | '}';
        if ((terminator === '}') === words.length > 0) this.refuse(`unexpected "${terminator}"`, this.#at);
        this.#at += 1;
        return { words, terminator, end: this.#at, line };
      } else {
        if (words.length === 0) line = this.#line;
        words.push(byte === doubleQuote || byte === singleQuote ? this.#quoted(byte) : this.#bare());
      }
    }
  }

  /** Skips the Lua code after `statement` and its closing brace; returns the offset of that brace. */
  skipLua(statement: Statement): number {
    const end = endOfLua(this.#text, statement.end);
    if (end === undefined) {
      const place = this.#place(statement.words[0]!.start);
      throw readingError('nginx.lua-unreadable', { directive: statement.words[0]!.text }, { place });
    }
    this.#countLines(statement.end, end);
    this.#at = end + 1;
    return end;
  }

  /** @param problem in nginx's words */
  refuse(problem: string, offset: number): never {
    throw readingError('nginx.syntax', { problem }, { place: this.#place(offset) });
  }

  #skipComment(): void {
    const { length } = this.#text;
    const found = this.#text.indexOf('\n', this.#at);
    const end = found === -1 ? length : found;
    if (end - this.#at > bufferBytes || (found !== -1 && end - this.#at === bufferBytes)) this.#refuseLong(this.#at);
    this.#at = end;
  }

  #quoted(quote: number): Word {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    for (; at < text.length && text.charCodeAt(at) !== quote; at += 1) {
      if (text.charCodeAt(at) === backslash) at += 1;
    }
    this.#checkLength(start + 1, at, isSpace(text.charCodeAt(at + 1)) ? 2 : 1);
    if (at >= text.length) this.#refuseEnd();
    this.#countLines(start, at);
    this.#at = at + 1;
    const follows = text.charCodeAt(this.#at);
    if (this.#at >= text.length) this.#refuseEnd();
    if (!isSpace(follows) && follows !== semicolon && follows !== openingBrace && follows !== closingParenthesis) {
      this.refuse(`unexpected "${text[this.#at]}"`, this.#at);
    }
    return { text: unescape(text.slice(start + 1, at)), start, end: this.#at };
  }

  #bare(): Word {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let afterDollar = false;
    for (; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      if (byte === openingBrace && afterDollar) continue; // `${name}`; its closing brace is an ordinary byte
      if (byte === semicolon || byte === openingBrace || isSpace(byte)) break;
      if (byte === backslash) {
        at += 1;
        if (text.charCodeAt(at) === lineFeed) this.#line += 1;
      }
      afterDollar = byte === dollar;
    }
    this.#checkLength(start, at, isSpace(text.charCodeAt(at)) ? 1 : 0);
    if (at >= text.length) this.#refuseEnd();
    this.#at = at;
    return { text: unescape(text.slice(start, at)), start, end: at };
  }

  /** @param last number of bytes after the word that nginx's buffer must hold too */
  #checkLength(start: number, end: number, last: number): void {
    const held = Math.min(end, this.#text.length) + last - start;
    if (held >= bufferBytes && start + bufferBytes < this.#text.length) this.#refuseLong(start);
  }

  #refuseLong(start: number): never {
    return this.refuse(`too long parameter "${this.#text.slice(start, start + 10)}..." started`, start);
  }

  #refuseEnd(): never {
    return this.refuse('unexpected end of file, expecting ";" or "}"', this.#text.length);
  }

  #countLines(from: number, to: number): void {
    for (let at = this.#text.indexOf('\n', from); at !== -1 && at < to; at = this.#text.indexOf('\n', at + 1)) {
      this.#line += 1;
    }
  }

  #place(offset: number): { file: string; line: number; column: number } {
    const before = this.#text.slice(0, offset).split('\n');
    return { file: this.#path, line: before.length, column: before.at(-1)!.length + 1 };
  }
}

/** Resolves escapes like nginx, in quoted and bare words alike; a backslash before any other byte stays. */
function unescape(written: string): string {
  if (!written.includes('\\')) return written;
  return written.replace(/\\(["'\\trn])/g, (_, escaped: string) => controls[escaped] ?? escaped);
}

const controls: Record<string, string> = { t: '\t', r: '\r', n: '\n' };

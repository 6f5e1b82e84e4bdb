/** A word of a directive: its name or an argument. Offsets count bytes of the file. */
export interface Word {
  /** What nginx takes it for: without quotes, escapes resolved. */
  text: string;
  start: number;
  end: number;
}

export interface Directive {
  name: Word;
  args: readonly Word[];
  /** First byte of the name. */
  start: number;
  /** After `;` or the closing brace. */
  end: number;
  /** Of a block: what is in it. undefined: ends with `;`, or is raw. */
  block: Block | undefined;
  /** Of a block in another language (Lua): its body, braces left out. */
  raw: { start: number; end: number } | undefined;
  /** Of the name; counts from 1. */
  line: number;
}

export interface Block {
  directives: readonly Directive[];
  /** After the opening brace. */
  start: number;
  /** Before the closing one. */
  end: number;
}

export interface SyntaxTree {
  /** The whole file, bytes as latin1. */
  text: string;
  directives: readonly Directive[];
}

import { Lexer, type Statement, type Word } from './lexer.ts';

export interface Directive {
  name: Word;
  args: readonly Word[];
  /** First byte of the name. */
  start: number;
  /** After `;` or the closing brace. */
  end: number;
  /** Undefined for a directive that ends with `;` and for a raw one. */
  block: Block | undefined;
  /** The body of a block in another language (Lua), without the braces. */
  raw: { start: number; end: number } | undefined;
  /** Line of the name, from 1. */
  line: number;
}

export interface Block {
  directives: readonly Directive[];
  /** After the opening brace. */
  start: number;
  /** At the closing brace. */
  end: number;
}

export interface SyntaxTree {
  /** The whole file, bytes as latin1. */
  text: string;
  directives: readonly Directive[];
}

/** nginx is limited only by its stack; no hand-written configuration gets near this limit. */
const deepestBlock = 256;

/** A block that the parser is inside of. `close` is undefined for the file itself. */
interface OpenBlock {
  directives: Directive[];
  close: ((end: number, directives: readonly Directive[]) => Directive) | undefined;
}

/**
 * Parses one file by the rules of nginx's lexer (`ngx_conf_read_token`), in time linear in its length. Does not check
 * directive names, contexts or argument counts.
 * @param text the file's bytes as latin1
 * @param path for errors
 * @throws EveryhopError `nginx.syntax` if nginx would reject the file too, and for blocks nested deeper than 256;
 *   `nginx.lua-unreadable`
 */
export function parse(text: string, path: string): SyntaxTree {
  const lexer = new Lexer(text, path);
  const directives: Directive[] = [];
  const outer: OpenBlock[] = [];
  let open: OpenBlock = { directives, close: undefined };
  for (;;) {
    const statement = lexer.next();
    switch (statement.terminator) {
      case 'end':
        if (outer.length > 0) lexer.refuse('unexpected end of file, expecting "}"', text.length);
        return { text, directives };
      case '}':
        if (!open.close) return lexer.refuse('unexpected "}"', statement.end - 1);
        outer.at(-1)!.directives.push(open.close(statement.end, open.directives));
        open = outer.pop()!;
        break;
      case ';':
        open.directives.push(directiveOf(statement, statement.end));
        break;
      case '{':
        if (isLua(statement)) {
          open.directives.push(luaDirective(lexer, statement));
          break;
        }
        if (outer.length >= deepestBlock) lexer.refuse('blocks are nested too deeply', statement.end - 1);
        outer.push(open);
        open = {
          directives: [],
          close: (end, directives) => ({
            ...directiveOf(statement, end),
            block: { directives, start: statement.end, end: end - 1 },
          }),
        };
    }
  }
}

/** Prints the tree: byte for byte the parsed file. */
export function print(tree: SyntaxTree): string {
  let printed = '';
  let at = 0;
  const upTo = (end: number): void => {
    printed += tree.text.slice(at, end);
    at = end;
  };
  const directive = ({ name, args, start, end, block, raw }: Directive): void => {
    upTo(start);
    for (const word of [name, ...args]) {
      upTo(word.start);
      upTo(word.end);
    }
    if (block) {
      upTo(block.start);
      for (const inner of block.directives) directive(inner);
      upTo(block.end);
    }
    if (raw) {
      upTo(raw.start);
      upTo(raw.end);
    }
    upTo(end);
  };
  for (const each of tree.directives) directive(each);
  upTo(tree.text.length);
  return printed;
}

function directiveOf({ words, line }: Statement, end: number): Directive {
  const [name, ...args] = words as [Word, ...Word[]];
  return { name, args, start: name.start, end, block: undefined, raw: undefined, line };
}

function isLua({ words }: Statement): boolean {
  return words[0]!.text.endsWith('_by_lua_block');
}

function luaDirective(lexer: Lexer, statement: Statement): Directive {
  const end = lexer.skipLua(statement);
  return { ...directiveOf(statement, end + 1), raw: { start: statement.end, end } };
}

/** Reads the human pages: their fenced blocks, links and headings. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Block {
  /** The line of the opening fence, from 1. `<!-- before: COMMAND -->` is a block that readers do not see. */
  line: number;
  /** `sh`, `yaml` …; empty for output. */
  language: string;
  text: string;
  /** The reason in `<!-- not run: … -->` above the block: commands that another test runs, or that need another machine. */
  notRun?: string;
}

/** README and docs/, in English; a Chinese page stands beside some. */
export function englishPages(): string[] {
  const names = readdirSync(path.join(root, 'docs')).filter((name) => /(?<!\.zh-CN)\.md$/.test(name));
  return ['README.md', ...names.map((name) => `docs/${name}`)];
}

export function chineseOf(file: string): string {
  return file.replace(/\.md$/, '.zh-CN.md');
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

export function blocksIn(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const before = /^<!-- before: (.+) -->$/.exec(lines[at]!)?.[1];
    if (before !== undefined) blocks.push({ line: at + 1, language: 'sh', text: before });
    const [, indent, fence, language] = /^( *)(`{3,})([\w-]*)\s*$/.exec(lines[at]!) ?? [];
    if (indent === undefined || fence === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end === -1) throw new Error(`line ${at + 1}: this block does not end`);
    const text = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    const notRun = /<!-- not run: (.+?) -->/s.exec(commentAbove(lines, at))?.[1];
    blocks.push({ line: at + 1, language: language ?? '', text: text.join('\n'), ...(notRun && { notRun }) });
    at = end;
  }
  return blocks;
}

function commentAbove(lines: readonly string[], fence: number): string {
  let at = fence - 1;
  while (lines[at]?.trim() === '') at--;
  if (!lines[at]?.trimEnd().endsWith('-->')) return '';
  const end = at;
  while (at > 0 && !lines[at]!.includes('<!--')) at--;
  return lines.slice(at, end + 1).join(' ');
}

/** Lines that end in a backslash go on in the next one. Comments and empty lines are left out. */
export function commandsIn(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

/** A block that stands for a file starts with a comment that names it: `# everyhop.yaml`. */
export function fileNameOf({ language, text }: Block): string | undefined {
  if (language === 'sh' || language === '') return undefined;
  return /^(?:#|\/\/) ([\w./-]+\.\w+|Caddyfile|Dockerfile)(?:\s|$)/.exec(text)?.[1];
}

/** Targets of links and pictures, without those in code. */
export function linksIn(markdown: string): string[] {
  const prose = markdown.replaceAll(/^ *(`{3,})[^]*?^ *\1$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1]!);
  const html = [...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map((match) => match[1]!);
  return [...inline, ...html];
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of markdown.replaceAll(/^(`{3,})[^]*?^\1$/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const base = plain
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

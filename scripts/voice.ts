/**
 * Counts stilted turns of phrase in comments, messages, documents and test titles, and lists them with their place.
 * Exit code 1 if a group has 5 or more per 10,000 words. `--list` prints all of them, otherwise one per file.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const most = 5;

/** Some uses are correct English, so the limit is a rate, not zero. */
const turns: readonly RegExp[] = [
  /\b(?:whoever|whatever|whichever|nobody|somebody)\b/gi,
  /\bso (?:long|many|often)\b(?! as\b)/gi,
  /\bby (?:itself|themselves)\b/gi,
  /\bof (?:its|one's|their) own\b(?: accord)?/gi,
  /\b(?:is|are|was|were|be|been) (?:told|asked|had|meant|said)\b/gi,
  /(?<=^|[.;:] )(?:What|Who) (?:[\w'’-]+ )+?(?:is|are|was|has|have|does|goes|comes|stands|may|can|must|\w+s)\b(?![^.?]*\?)/g,
  /\bcomes? to (?!an? (?:end|stop))(?=[a-z`])/gi,
  /\bstands? (?:at|twice|there|in|on|by)\b/gi,
  /\bthere (?:is|are) (?:[\w'-]+ ){1,4}that\b/gi,
  /\bthat it [\w'-]+(?: \w+)? of\b/gi,
  /\bas (?:[\w'-]+ )?as it (?:is|was)\b/gi,
  /\bno [\w'-]+ that is known\b/gi,
  /\bput right\b/gi,
  /\bgo(?:es)? on being\b/gi,
];

interface Text {
  file: string;
  line: number;
  text: string;
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).trim().split('\n');
const code = files.filter((file) => /^(?:src|test|scripts|bench|bin)\/.*\.(?:ts|js)$/.test(file));
const generated = ['docs/errors.md', 'docs/everyhop.schema.json', 'docs/outside.md'];
const documents = files.filter((file) => file.endsWith('.md') && !file.includes('zh-CN') && !generated.includes(file));

const groups: Record<string, Text[]> = {
  comments: code.filter((file) => file !== 'scripts/voice.ts').flatMap(commentsIn),
  messages: code.filter((file) => file.includes('/messages')).flatMap(messagesIn),
  titles: code.filter((file) => file.endsWith('.test.ts')).flatMap(titlesIn),
  documents: documents.flatMap(proseIn),
};

for (const [group, texts] of Object.entries(groups)) {
  const words = texts.reduce((sum, { text }) => sum + text.split(/\s+/).filter((word) => /\w/.test(word)).length, 0);
  const found = texts.flatMap((text) => turnsIn(text));
  const rate = words === 0 ? 0 : (found.length * 10_000) / words;
  process.stdout.write(`${group}: ${rate.toFixed(1)} per 10,000 words (${found.length} in ${words})\n`);
  if (rate >= most) process.exitCode = 1;
  if (rate >= most || process.argv.includes('--list')) {
    for (const { file, line, turn } of shown(found)) process.stdout.write(`  ${file}:${line}: ${turn}\n`);
  }
}

function shown<T extends { file: string }>(found: T[]): T[] {
  if (process.argv.includes('--list')) return found;
  return [...new Map(found.toReversed().map((one) => [one.file, one])).values()].toReversed().slice(0, 40);
}

function turnsIn({ file, line, text }: Text): { file: string; line: number; turn: string }[] {
  return turns.flatMap((turn) =>
    [...text.matchAll(turn)].map(({ index, 0: match }) => ({
      file,
      line,
      turn: text.slice(Math.max(0, index - 20), index + match.length + 20),
    })),
  );
}

/** Each comment as one text, so that turns across two lines count. */
function commentsIn(file: string): Text[] {
  const texts: Text[] = [];
  let open: Text | undefined;
  for (const [index, whole] of readFileSync(file, 'utf8').split('\n').entries()) {
    const line = index + 1;
    const piece =
      /^\s*(?:\/\/|\/\*\*?|\*\/?)(?!\/)(.*?)(?:\*\/)?$/.exec(whole)?.[1] ?? /[;,{})\]] \/\/ (.*)$/.exec(whole)?.[1];
    if (piece === undefined) open = undefined;
    else if (open && /^\s*(?:\/\/|\*)/.test(whole)) open.text += ` ${piece.trim()}`;
    else texts.push((open = { file, line, text: piece.trim() }));
  }
  return texts.map((text) => ({ ...text, text: text.text.trim() }));
}

/** String literals that are sentences, in English. */
function messagesIn(file: string): Text[] {
  return literalsIn(file, /'((?:[^'\\]|\\.)*)'/g).filter(
    ({ text }) => /[a-z] [a-z]/i.test(text) && !/[\u3000-\u9fff]/.test(text),
  );
}

function titlesIn(file: string): Text[] {
  return literalsIn(file, /\b(?:test|it|suite|describe)\(\s*['`]((?:[^'`\\]|\\.)*)['`]/g);
}

function literalsIn(file: string, pattern: RegExp): Text[] {
  const content = readFileSync(file, 'utf8');
  return [...content.matchAll(pattern)].map(({ 1: text = '', index }) => ({
    file,
    line: content.slice(0, index).split('\n').length,
    text,
  }));
}

/** Paragraphs without code. */
function proseIn(file: string): Text[] {
  const plain = readFileSync(file, 'utf8')
    .replaceAll(/```[\s\S]*?```/g, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, 'x');
  const texts: Text[] = [];
  for (const match of plain.matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
    texts.push({
      file,
      line: plain.slice(0, match.index).split('\n').length,
      text: match[0].replaceAll(/\s*\n\s*/g, ' '),
    });
  }
  return texts;
}

/**
 * Writes what the documentation takes from the code: docs/errors.md and docs/everyhop.schema.json.
 * With `--check` it writes nothing and fails if they are out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { type ErrorText, errors, type Language } from '../src/base/messages/index.ts';
import { configurationSchema } from '../src/config/schema.ts';

const generated: Record<string, string> = {
  'docs/errors.md': errorsPage(),
  'docs/everyhop.schema.json': `${JSON.stringify(configurationSchema(), null, 2)}\n`,
};

const check = process.argv.includes('--check');
for (const [file, content] of Object.entries(generated)) {
  const url = new URL(`../${file}`, import.meta.url);
  if (!check) await writeFile(url, content);
  else if ((await readFile(url, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${file} is out of date: npm run docs\n`);
    process.exitCode = 1;
  }
}

function errorsPage(): string {
  const entries = Object.entries(errors as Record<string, Record<Language, ErrorText>>);
  const rooms = [...new Set(entries.map(([code]) => code.split('.')[0]!))];
  const sections = rooms.map((room) => {
    const own = entries.filter(([code]) => code.startsWith(`${room}.`));
    return `## ${room}\n\n${own.map(([code, text]) => entryOf(code, text)).join('\n')}`;
  });
  return `# Errors · 错误

Every error has a stable code. \`{…}\` stands for what is filled in. This page is made from the catalogue in
\`src/base/messages\` by \`npm run docs\`.

每个错误都有固定的代码。\`{…}\` 表示填入的内容。本页由 \`npm run docs\` 从 \`src/base/messages\` 的目录生成。

${sections.join('\n')}`;
}

function entryOf(code: string, { en, zh }: Record<Language, ErrorText>): string {
  return `### \`${code}\`

| | English | 简体中文 |
|---|---|---|
| meaning | ${cell(en.meaning)} | ${cell(zh.meaning)} |
| cause | ${cell(en.cause)} | ${cell(zh.cause)} |
| hint | ${cell(en.hint)} | ${cell(zh.hint)} |
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

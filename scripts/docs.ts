/**
 * Writes what the documentation takes from the code: docs/errors.md and docs/everyhop.schema.json.
 * With `--check` it writes nothing and fails if they are out of date. Either way it fails on a code that two rooms define,
 * and on texts whose parameters differ between the languages.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { errorCatalogues, wordCatalogues } from '../src/app/messages.ts';
import type { ErrorText } from '../src/base/errors.ts';
import type { Language } from '../src/base/language.ts';
import { cliError, cliWords } from '../src/cli/messages.ts';
import { configurationSchema } from '../src/config/schema.ts';

const catalogues = [...errorCatalogues, cliError].map(
  ({ texts }) => texts as Record<string, Record<Language, ErrorText>>,
);
const words = [...wordCatalogues, cliWords].map(({ texts }) => texts as Record<string, Record<Language, string>>);

const generated: Record<string, string> = {
  'docs/errors.md': errorsPage(),
  'docs/everyhop.schema.json': `${JSON.stringify(configurationSchema(), null, 2)}\n`,
};

for (const problem of [...doubled(catalogues), ...doubled(words), ...unequal()]) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

const check = process.argv.includes('--check');
for (const [file, content] of Object.entries(generated)) {
  const url = new URL(`../${file}`, import.meta.url);
  if (!check) await writeFile(url, content);
  else if ((await readFile(url, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${file} is out of date: npm run docs\n`);
    process.exitCode = 1;
  }
}

function doubled(all: readonly Record<string, unknown>[]): string[] {
  const codes = all.flatMap((texts) => Object.keys(texts));
  return codes.filter((code, index) => codes.indexOf(code) !== index).map((code) => `two rooms define ${code}`);
}

function unequal(): string[] {
  const parts = [
    ...catalogues.flatMap((texts) =>
      Object.entries(texts).map(([code, { en, zh }]) => [code, Object.values(en).join(), Object.values(zh).join()]),
    ),
    ...words.flatMap((texts) => Object.entries(texts).map(([key, { en, zh }]) => [key, en, zh])),
  ] as [string, string, string][];
  return parts
    .filter(([, en, zh]) => parametersOf(en) !== parametersOf(zh))
    .map(([code, en, zh]) => `${code}: English names {${parametersOf(en)}}, Chinese {${parametersOf(zh)}}`);
}

function parametersOf(text: string): string {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return [...new Set(names)].sort().join(', ');
}

function errorsPage(): string {
  const entries = catalogues.flatMap((texts) => Object.entries(texts));
  const rooms = [...new Set(entries.map(([code]) => code.split('.')[0]!))];
  const sections = rooms.map((room) => {
    const own = entries.filter(([code]) => code.startsWith(`${room}.`));
    return `## ${room}\n\n${own.map(([code, text]) => entryOf(code, text)).join('\n')}`;
  });
  return `# Errors · 错误

Every error has a stable code. \`{…}\` stands for what is filled in. \`npm run docs\` makes this page from the \`messages.ts\` of
each room in \`src/\`.

每个错误都有固定的代码。\`{…}\` 表示填入的内容。本页由 \`npm run docs\` 根据 \`src/\` 中各模块的 \`messages.ts\` 生成。

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

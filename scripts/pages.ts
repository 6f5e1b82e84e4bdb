/** The documentation pages that are generated from the code. */
import { dnsProviders, type ProviderSetting } from '../src/acme/dns-providers.ts';
import { configurationSchema } from '../src/app/configuration.ts';
import { demoWords } from '../src/apps/demo.ts';
import { errorCatalogues, wordCatalogues } from '../src/app/messages.ts';
import { mebibyte, type SubPath } from '../src/apps/profile.ts';
import { anyApp, profiles } from '../src/apps/profiles.ts';
import type { ErrorText } from '../src/base/errors.ts';
import { consumers, variablesOf } from '../src/trust/consumers.ts';
import { plainInvocation, spell } from '../src/base/invocation.ts';
import type { Language } from '../src/base/language.ts';
import { cliError, cliWords } from '../src/cli/messages.ts';
import { commandsPage } from './commands.ts';
import { configurationPage } from './configuration.ts';
import { libraryPage } from './library.ts';

const catalogues = [...errorCatalogues, cliError].map(
  ({ texts }) => texts as Record<string, Record<Language, ErrorText>>,
);
const words = [...wordCatalogues, demoWords, cliWords].map(
  ({ texts }) => texts as Record<string, Record<Language, string>>,
);

/** Content by file. */
export async function pages(): Promise<Record<string, string>> {
  return {
    'docs/errors.md': errorsPage(),
    'src/trust/bundle/variable-table.ts': variableTable(),
    'docs/dns-providers.md': dnsProvidersPage(),
    'docs/apps.md': appsPage(),
    'docs/commands.md': await commandsPage('en'),
    'docs/commands.zh-CN.md': await commandsPage('zh'),
    'docs/configuration.md': configurationPage(),
    'docs/library.md': libraryPage(),
    'docs/everyhop.schema.json': `${JSON.stringify(configurationSchema(), null, 2)}\n`,
  };
}

/** Codes that two rooms define, and texts with different parameters in the two languages. */
export function problems(): string[] {
  return [...doubled(catalogues), ...doubled(words), ...unequal()];
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
  const names = [...text.matchAll(/\{(\w+|everyhop [^{}]+)\}/g)].map((match) => match[1]!);
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

Every error has a stable code. \`{…}\` stands for a value. \`npm run docs\` generates this page from the \`messages.ts\` files in
\`src/\`.

每个错误都有固定的代码。\`{…}\` 代表具体的值。本页由 \`npm run docs\` 根据 \`src/\` 中的 \`messages.ts\` 文件生成。

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
  const plain = spell(text, plainInvocation);
  return plain.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

const settingKinds: Record<ProviderSetting['kind'], Record<Language, string>> = {
  file: { en: 'path', zh: '路径' },
  server: { en: 'address[:port]', zh: '地址[:端口]' },
  secret: { en: 'secret', zh: '机密' },
  text: { en: 'text', zh: '文本' },
};

function dnsProvidersPage(): string {
  const sections = dnsProviders.map(({ id, title, settings }) => {
    const rows = Object.entries(settings).map(([name, { kind, optional, description }]) => {
      const [en, zh] = (['en', 'zh'] as const).map((language) => {
        const needed = optional ? { en: ', optional', zh: '，可选' }[language] : '';
        return cell(`${description[language]} (${settingKinds[kind][language]}${needed})`);
      }) as [string, string];
      return `| \`${name}\` | ${en} | ${zh.replace(' (', '（').replace(/\)$/, '）')} |`;
    });
    const table = rows.length === 0 ? '' : `\n| | English | 简体中文 |\n|---|---|---|\n${rows.join('\n')}\n`;
    return `## \`${id}\`\n\n${capital(title.en)} · ${title.zh}\n${table}`;
  });
  return `# DNS providers · DNS 提供方

DNS-01 proves control of a name with a TXT record. \`--dns PROVIDER\`, or \`dns\` in \`everyhop.yaml\`, selects the provider that writes it. A
provider reads its settings from the environment, under the same names as lego. \`npm run docs\` generates this page from
\`src/acme/dns-01/providers/\`.

DNS-01 用 TXT 记录证明对域名的控制权。\`--dns PROVIDER\` 或 \`everyhop.yaml\` 中的 \`dns\` 指定写入该记录的提供方。提供方从环境变量读取设置，变量名与 lego 相同。
本页由 \`npm run docs\` 根据 \`src/acme/dns-01/providers/\` 生成。

${sections.join('\n')}`;
}

function appsPage(): string {
  const rows = [...profiles, anyApp].map((app) => {
    const body = app.maxBodyBytes === 0 ? '–' : `${app.maxBodyBytes / mebibyte} MiB`;
    const basis = { measured: 'tested · 实测', documented: 'documented · 据文档' }[app.basis];
    const cells = [`\`${app.id}\``, app.title, app.ports.join(', ') || '–', app.streaming.join(', ')];
    const logIn = { none: 'none · 无', optional: 'optional · 可选', own: 'own · 自带' }[app.login];
    const host = app.upstreamHost === undefined ? '–' : `\`${app.upstreamHost}\`${app.origin ? ', Origin' : ''}`;
    return `| ${[...cells, `${app.readTimeoutSeconds} s`, body, host, logIn, subPathCell(app.subPath), basis].join(' | ')} |`;
  });
  return `# Apps · 应用

\`everyhop nginx secure --app APP\` adds the streaming settings of an app; without \`--app\`, Everyhop recognises the app by its responses. Where
the request body is –, the app sets the limit; where Host is –, the app takes the visitor's. \`npm run docs\` generates this page from \`src/apps/profiles/\`.

\`everyhop nginx secure --app APP\` 会加入该应用的流式设置；不带 \`--app\` 时，Everyhop 根据响应识别应用。请求体一栏为 – 表示由应用自行限制；
Host 一栏为 – 表示应用接受访客的 Host。本页由 \`npm run docs\` 根据 \`src/apps/profiles/\` 生成。

| | app · 应用 | ports · 端口 | streaming · 流式 | read time-out · 读超时 | request body · 请求体 | Host | log-in · 登录 | sub-path · 子路径 | |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** How to serve an app below a path. */
function subPathCell(subPath: SubPath | undefined): string {
  if (subPath === undefined) return '–';
  if (subPath === 'impossible') return 'impossible · 不支持';
  const { setting = '', keepsPath } = subPath;
  return `${keepsPath ? '' : '`strip_path` '}${setting === '' ? '' : `\`${setting}\``}`.trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `run` needs the variables at each start, but not the consumers. */
function variableTable(): string {
  const rows = variablesOf(consumers).map((variable) => {
    const facts = Object.entries(variable).map(([key, value]) => `${key}: ${value === true ? 'true' : `'${value}'`}`);
    return `  { ${facts.join(', ')} },`;
  });
  return `// Generated by \`npm run docs\` from the files in src/trust/consumers/.
import type { BundleVariable } from './variable.ts';

export const bundleVariableTable: readonly BundleVariable[] = [
${rows.join('\n')}
];
`;
}

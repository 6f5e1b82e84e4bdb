import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Invocation, spell } from '../../base/invocation.ts';
import type { Language } from '../../base/language.ts';
import { mark, palette } from '../../base/look.ts';
import { model } from './completions.ts';
import { demoWords } from './messages.ts';

const template = readFileSync(new URL('page.html', import.meta.url), 'utf8')
  .replace('/* palette */', palette)
  .replace('<!-- mark -->', mark);
const prefix = 'demo.page.';

/** Allows nothing from other origins, and only the page's own style and script. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src ${hashOf('script')}`,
  `style-src ${hashOf('style')}`,
  "connect-src 'self'",
  "worker-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(element: 'script' | 'style'): string {
  const content = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(template)?.[1] ?? '';
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

function texts(language: Language, invocation: Invocation): Record<string, string> {
  const own = Object.entries(demoWords.texts).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), spell(text[language], invocation)]));
}

/** Renders the page in one language. It contains the texts of both. */
export function renderPage(language: Language, invocation: Invocation): string {
  const own = texts(language, invocation);
  const data = JSON.stringify({ language, model, texts: { en: texts('en', invocation), zh: texts('zh', invocation) } });
  return template
    .replace('lang="en"', `lang="${language === 'zh' ? 'zh-Hans' : 'en'}"`)
    .replace(/(data-text="([\w-]+)"[^>]*>)/g, (whole, _open, key: string) => whole + escapeHtml(own[key] ?? ''))
    .replace('{ "texts": "here" }', () => data.replaceAll('<', '\\u003c'));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

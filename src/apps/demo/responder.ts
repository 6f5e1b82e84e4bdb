import type { Language } from '../../base/language.ts';
import { demoWords } from './messages.ts';

/** The request that carried a message, as far as the responder may report it. */
export interface RequestDetails {
  method: string;
  path: string;
  host: string;
  /** From X-Forwarded-Proto; undefined if no proxy set it. */
  scheme: string | undefined;
  /** From X-Forwarded-For. */
  client: string | undefined;
  agent: string | undefined;
}

const longestCount = 200;
const longestEchoCharacters = 400;

/** The language of a text, or `otherwise` if it is unclear. */
export function languageOf(text: string, otherwise: Language): Language {
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  return /\p{Script=Latin}{3}/u.test(text) ? 'en' : otherwise;
}

/**
 * Responds to a message with one of a few fixed answers, or else repeats it. A pure function: it remembers no earlier
 * messages.
 */
export function answer(text: string, details: RequestDetails, language: Language): string {
  const unsaid = demoWords.say(language, 'demo.answer.unsaid', {});
  const count = /(?:count (?:up )?to|数到)\s*([1-9]\d{0,5})/i.exec(text);
  if (count) return countTo(Math.min(Number(count[1]), longestCount), language);
  if (/secure|https|encrypt|tls\b|安全|加密/i.test(text)) {
    return demoWords.say(language, details.scheme === 'https' ? 'demo.answer.secure' : 'demo.answer.insecure', {
      host: details.host,
    });
  }
  if (/(see|saw|seen|know) (of|about) my request|header|请求/i.test(text)) {
    return demoWords.say(language, 'demo.answer.seen', {
      method: details.method,
      path: details.path,
      host: details.host,
      scheme: details.scheme ?? unsaid,
      client: details.client ?? unsaid,
      agent: details.agent ?? unsaid,
    });
  }
  if (/(what|who) are you|what is this|你是(什么|谁)|介绍/i.test(text))
    return demoWords.say(language, 'demo.answer.what', {});
  if (/^\s*(hello|hi|hey|你好|您好)[\s!！。.]*$/i.test(text)) return demoWords.say(language, 'demo.answer.hello', {});
  return demoWords.say(language, 'demo.answer.echo', { text: shorten(text.trim()) });
}

function shorten(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= longestEchoCharacters) return text;
  return `${characters.slice(0, longestEchoCharacters).join('')}…`;
}

function countTo(last: number, language: Language): string {
  const numbers = Array.from({ length: last }, (_, index) => String(index + 1));
  return language === 'zh' ? numbers.join('、') + '。' : numbers.join(', ') + '.';
}

/** Chinese characters and full-width punctuation, which count as one token each. */
const wide = '\\p{Script=Han}\\u3000-\\u303f\\uff00-\\uffef';
const token = new RegExp(`\\s*(?:[${wide}]|[^\\s${wide}]+)|\\s+$`, 'gu');

/** Splits a text into tokens; joined, they give the same text. */
export function tokens(text: string): string[] {
  return text.match(token) ?? [];
}

import type { Language } from '../base/language.ts';
import type { Fields } from './http1/head.ts';
import { fieldOf, type LocalResponse, withBody } from './local-response.ts';
import { edgeWords } from './messages.ts';

/** Status codes that have an error page. */
export type ErrorStatus = 400 | 404 | 405 | 408 | 414 | 417 | 421 | 429 | 431 | 501 | 502 | 503 | 504 | 505 | 508;

/** The access log tells blocked paths from unknown ones; visitors need not know. */
const sameForVisitors: Record<string, string> = { 'edge.blocked': 'edge.no-route' };

/**
 * An error page without internal details: what happened in the visitor's language, and the code and request ID to look
 * up in the access log. API clients get JSON in OpenAI's error format.
 * @param error the code in the access log.
 */
export function errorResponse(
  status: ErrorStatus,
  error: string,
  id: string,
  fields: Fields,
  target: string,
): LocalResponse {
  const language = languageOf(fieldOf(fields, 'accept-language') ?? '');
  const code = sameForVisitors[error] ?? error;
  const message = edgeWords.texts[wordOf(status, code)][language];
  const common = ['Cache-Control', 'no-store', 'X-Request-Id', id];
  if (isApiRequest(fields, target)) {
    const type = status < 500 ? 'invalid_request_error' : 'server_error';
    return withBody(
      status,
      'application/json',
      JSON.stringify({ error: { message, type, code, request_id: id } }),
      common,
    );
  }
  const lookUp = edgeWords.say(language, 'edge.page.look-up', { code, id });
  return withBody(status, 'text/html; charset=utf-8', page(language, status, message, lookUp), common);
}

function wordOf(status: ErrorStatus, code: string): keyof typeof edgeWords.texts {
  const own = `edge.page.${code.slice('edge.'.length)}`;
  return own in edgeWords.texts ? (own as keyof typeof edgeWords.texts) : `edge.page.${status}`;
}

/** A browser that opens a page accepts text/html; scripts on a page and API clients do not. */
function isApiRequest(fields: Fields, target: string): boolean {
  const accept = fieldOf(fields, 'accept') ?? '';
  if (accept.includes('text/html')) return false;
  if (/json|text\/event-stream/.test(accept)) return true;
  return /^[^?]*\/(v1|api)\//.test(target) || (fieldOf(fields, 'content-type') ?? '').includes('json');
}

/** The first of our languages in the order of the client's preference (RFC 9110 §12.5.4). */
export function languageOf(accepted: string): Language {
  let best: Language = 'en';
  let bestWeight = 0;
  for (const range of accepted.toLowerCase().split(',')) {
    const match = /^\s*(zh|en)\b[^;]*(?:;\s*q=([\d.]+))?/.exec(range);
    const weight = match ? Number(match[2] ?? 1) : 0;
    if (weight <= bestWeight) continue;
    bestWeight = weight;
    best = match![1] as Language;
  }
  return best;
}

function page(language: Language, status: number, message: string, lookUp: string): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color-scheme:light dark}small{opacity:.6}</style>
<h1>${status}</h1><p>${message}</p><small>${lookUp}</small>
`;
}

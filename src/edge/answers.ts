import type { Language } from '../base/language.ts';
import type { Fields } from './http1/head.ts';
import { edgeWords } from './messages.ts';

/** An answer of the edge's own. */
export interface Answer {
  status: number;
  /** Name and value by turns. */
  fields: string[];
  body: Buffer;
}

/** Statuses that have a page. */
export type ErrorStatus = 400 | 404 | 405 | 408 | 414 | 417 | 421 | 431 | 501 | 502 | 503 | 504 | 505;

const reasons: Record<number, string> = {
  200: 'OK',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  414: 'URI Too Long',
  417: 'Expectation Failed',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

export function reasonOf(status: number): string {
  return reasons[status] ?? 'Unknown';
}

/**
 * A page that tells a visitor nothing internal, and an operator the id to look up in the access log. JSON in OpenAI's
 * shape for clients that want JSON, or that speak to `/v1/`.
 */
export function errorAnswer(status: ErrorStatus, id: string, fields: Fields, target: string): Answer {
  const accept = fieldOf(fields, 'accept') ?? '';
  const language: Language = /^zh/i.test(fieldOf(fields, 'accept-language') ?? '') ? 'zh' : 'en';
  const key = wordKeys[status];
  const message = edgeWords.say(language, key, {});
  const common = ['Cache-Control', 'no-store', 'X-Request-Id', id];
  if (target.startsWith('/v1/') || (accept.includes('json') && !accept.includes('text/html'))) {
    const error = { message, type: status < 500 ? 'invalid_request_error' : 'server_error', code: key, request_id: id };
    return withBody(status, 'application/json', JSON.stringify({ error }), common);
  }
  return withBody(status, 'text/html; charset=utf-8', page(language, status, message, id), common);
}

/** To an authority that validates by HTTP-01 (RFC 8555 §8.3). */
export function challengeAnswer(keyAuthorization: string): Answer {
  return withBody(200, 'application/octet-stream', keyAuthorization, ['Cache-Control', 'no-store']);
}

const wordKeys = {
  400: 'edge.page.400',
  404: 'edge.page.404',
  405: 'edge.page.405',
  408: 'edge.page.408',
  414: 'edge.page.414',
  417: 'edge.page.417',
  421: 'edge.page.421',
  431: 'edge.page.431',
  501: 'edge.page.501',
  502: 'edge.page.502',
  503: 'edge.page.503',
  504: 'edge.page.504',
  505: 'edge.page.505',
} as const satisfies Record<ErrorStatus, keyof typeof edgeWords.texts>;

export function redirectAnswer(location: string): Answer {
  return { status: 308, fields: ['Location', location, 'Content-Length', '0'], body: Buffer.alloc(0) };
}

export function jsonAnswer(value: unknown): Answer {
  return withBody(200, 'application/json', JSON.stringify(value), ['Cache-Control', 'no-store']);
}

function withBody(status: number, type: string, text: string, fields: string[]): Answer {
  const body = Buffer.from(text);
  return { status, fields: ['Content-Type', type, 'Content-Length', String(body.length), ...fields], body };
}

function page(language: Language, status: number, message: string, id: string): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color-scheme:light dark}small{opacity:.6}</style>
<h1>${status}</h1><p>${message}</p><small>${edgeWords.say(language, 'edge.page.id', { id })}</small>
`;
}

/** The first value of a field. */
export function fieldOf(fields: Fields, lower: string): string | undefined {
  for (let at = 1; at < fields.length; at += 3) if (fields[at] === lower) return fields[at + 1];
  return undefined;
}

import type { Language } from '../base/language.ts';
import { formPolicy, errorPagePolicy, type PageButton, renderErrorPage } from './error-page/page.ts';
import type { Fields } from './http1/head.ts';
import { fieldOf, type LocalResponse, withBody } from './local-response.ts';
import { edgeWords } from './messages.ts';

/** Status codes that have an error page. */
export type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 413
  | 414
  | 417
  | 421
  | 429
  | 431
  | 501
  | 502
  | 503
  | 504
  | 505
  | 508;

export function isErrorStatus(status: number): status is ErrorStatus {
  return `edge.page.${status}` in edgeWords.texts;
}

/** The access log tells blocked paths from unknown ones; visitors need not know. */
const sameForVisitors: Record<string, string> = { 'edge.blocked': 'edge.no-route' };

/** What clients of OpenAI's API know. */
const openAiCodes: Partial<Record<string, string>> = {
  'edge.access-key-needed': 'invalid_api_key',
  'edge.access-key-wrong': 'invalid_api_key',
  'edge.access-key-expired': 'invalid_api_key',
  'edge.access-key-guesses': 'rate_limit_exceeded',
  'edge.access-key-rate': 'rate_limit_exceeded',
  'edge.rate-limited': 'rate_limit_exceeded',
  'edge.too-many-requests': 'rate_limit_exceeded',
  'edge.too-many-streams': 'rate_limit_exceeded',
};

/**
 * An error page without internal details: what happened in the visitor's language, and the code and request ID to look
 * up in the access log. While the app starts, the page tries again. API clients get JSON in OpenAI's error
 * format, others plain text.
 * @param error the code in the access log.
 */
export function errorResponse(
  status: ErrorStatus,
  error: string,
  id: string,
  fields: Fields,
  target: string,
  method = 'GET',
  more: ErrorDetails = {},
): LocalResponse {
  const language = languageOf(fieldOf(fields, 'accept-language') ?? '');
  const code = sameForVisitors[error] ?? error;
  const message = more.message ?? edgeWords.texts[wordOf(status, code, method)][language];
  const common = ['Cache-Control', 'no-store', 'X-Request-Id', id];
  const lookUp = edgeWords.say(language, 'edge.page.look-up', { code, id });
  const form = formFor(fields, target, code);
  if (form === 'json') {
    const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
    const body = JSON.stringify({
      error: { message, type, param: null, code: openAiCodes[code] ?? code, request_id: id },
    });
    return withBody(status, 'application/json', body, common);
  }
  if (form === 'text') return withBody(status, 'text/plain; charset=utf-8', `${message}\n${lookUp}\n`, common);
  const isAboutApp = more.aboutApp !== false && !/^edge\.(?:access|forward-auth)-/.test(code);
  const html = renderErrorPage({
    language,
    status,
    message,
    lookUp,
    showsHops: isAboutApp && status >= 502 && status !== 505,
    retries: isAboutApp && mayPass(status, code) && repeatable.has(method),
    buttons: buttonsOf(more.actions, language),
  });
  return withBody(status, 'text/html; charset=utf-8', html, [...common, 'Content-Security-Policy', errorPagePolicy]);
}

/** A button of a page. */
export interface PageAction {
  label: keyof typeof edgeWords.texts;
  /** A path of the same site. */
  href: string;
  /** Sends a form, without fields. */
  post?: boolean;
  /** For a page in a frame. */
  newTab?: boolean;
}

export interface ErrorDetails {
  /** In the visitor's language. Default: the text of the code. */
  message?: string;
  actions?: readonly PageAction[];
  /** False: the app is not the reason, so the page neither shows the way to it nor waits for it. */
  aboutApp?: false;
}

/** A page that is no error: one or more sentences, the first as its heading, and buttons. */
export function page(fields: Fields, message: string, actions: readonly PageAction[]): LocalResponse {
  const language = languageOf(fieldOf(fields, 'accept-language') ?? '');
  const buttons = buttonsOf(actions, language);
  const html = renderErrorPage({ language, message, lookUp: '', showsHops: false, retries: false, buttons });
  const common = ['Cache-Control', 'no-store', 'Content-Security-Policy', formPolicy];
  return withBody(200, 'text/html; charset=utf-8', html, common);
}

function buttonsOf(actions: readonly PageAction[] = [], language: Language): PageButton[] {
  return actions.map(({ label, ...rest }) => ({ ...rest, label: edgeWords.texts[label][language] }));
}

/** A page that answers another method must not repeat it. */
const repeatable = new Set(['GET', 'HEAD']);

const lasting = new Set(['edge.upstream-untrusted', 'edge.upstream-malformed']);

/** Whether a later attempt can succeed without a change of the configuration. */
function mayPass(status: number, code: string): boolean {
  return (status === 502 || status === 503 || status === 504) && !lasting.has(code);
}

function wordOf(status: ErrorStatus, code: string, method: string): keyof typeof edgeWords.texts {
  const own = `edge.page.${code.slice('edge.'.length)}`;
  const unsent = `${own}-unsent`;
  return [...(repeatable.has(method) ? [] : [unsent]), own].find(isWord) ?? `edge.page.${status}`;
}

function isWord(key: string): key is keyof typeof edgeWords.texts {
  return key in edgeWords.texts;
}

/** A browser that opens a page accepts text/html; scripts on a page, API clients and curl do not. */
function formFor(fields: Fields, target: string, code: string): 'html' | 'json' | 'text' {
  const accept = fieldOf(fields, 'accept') ?? '';
  if (accept.includes('text/html')) return 'html';
  const isApi =
    code.startsWith('edge.access-key') || /json|text\/event-stream/.test(accept) || /^[^?]*\/(v1|api)\//.test(target);
  return isApi || (fieldOf(fields, 'content-type') ?? '').includes('json') ? 'json' : 'text';
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

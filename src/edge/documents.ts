import type { Language } from '../base/language.ts';
import { languageOf } from './error-page.ts';
import { pathOf } from './http1/head.ts';
import { fieldOf, type LocalResponse, withBody } from './local-response.ts';
import type { RequestRate } from './request-rate.ts';
import { type EdgeRequest, refusal } from './request.ts';
import { hostName } from './routing.ts';
import type { EdgeSite, EdgeSnapshot } from './snapshot.ts';

/**
 * Answers `ok` on every site with documents. A page loaded over HTTP learns here whether its browser accepts our HTTPS, and, by asking
 * the https port in clear, whether that port is reachable.
 */
const checkPath = '/everyhop/check';

/** The answer to a request for a document; undefined: the request is for something else. */
export function documentResponse(
  request: EdgeRequest,
  snapshot: EdgeSnapshot,
  site: EdgeSite,
  rate: RequestRate,
): LocalResponse | undefined {
  const { method, target, fields } = request.head;
  if (!site.hasDocuments || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const path = pathOf(target);
  const document = snapshot.documents?.find((one) => one.path === path);
  if (!document && path !== checkPath) return undefined;
  if (!rate.admits(request.visitor.address)) {
    const refused = refusal(request, 429, 'edge.too-many-requests');
    return { ...refused, fields: [...refused.fields, 'Retry-After', '60'] };
  }
  const common = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'];
  if (document === undefined) {
    request.unlogged = true; // it repeats every other second
    return withBody(200, 'text/plain', 'ok\n', [...common, ...originFields(request)]);
  }
  const body = Buffer.from(document.bodies[languageFor(target, fieldOf(fields, 'accept-language'))], 'base64');
  const own = ['Content-Type', document.type, 'Content-Length', String(body.length), 'Vary', 'Accept-Language'];
  return { status: 200, fields: [...own, ...common, ...document.fields], body };
}

function languageFor(target: string, accepted: string | undefined): Language {
  const [, chosen] = /[?&]lang=(en|zh)\b/.exec(target) ?? [];
  return (chosen as Language | undefined) ?? languageOf(accepted ?? '');
}

/** Only a page of the same host may read the answer: other websites need not know that Everyhop runs here. */
function originFields({ head }: EdgeRequest): string[] {
  const origin = fieldOf(head.fields, 'origin');
  const host = origin === undefined ? undefined : hostName(origin.replace(/^https?:\/\//, ''));
  const isOurs = host !== undefined && host === hostName(head.host);
  return ['Vary', 'Origin', ...(isOurs ? ['Access-Control-Allow-Origin', origin!] : [])];
}

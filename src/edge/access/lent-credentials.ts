import { lists } from '../cors.ts';
import { fieldOf } from '../local-response.ts';
import type { EdgeRequest } from '../request.ts';
import type { Identity } from './identity.ts';
import { isFromElsewhere } from './oidc/origin.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser may have lent a visitor's credentials to a page of another origin. It adds passwords that it remembers, and
 * certificates, to the requests of any page, without SameSite; and apps without log-in do not look at Origin, or let every origin read.
 * Links to pages work. Origins that `cors` lists may send requests.
 */
export function mayBeLent(request: EdgeRequest, { way }: Identity): boolean {
  if (way !== 'user' && way !== 'certificate') return false;
  const { head, route } = request;
  const origin = fieldOf(head.fields, 'origin');
  if (origin === undefined && head.upgrade === undefined && safeMethods.has(head.method)) return false;
  if (origin !== undefined && route?.cors && lists(route.cors, origin)) return false;
  return isFromElsewhere(request);
}

import type { EdgeRoute } from './snapshot.ts';

type SecurityHeaders = NonNullable<EdgeRoute['securityHeaders']>;

const compiled = new WeakMap<SecurityHeaders, readonly string[]>();

/** The fields that the response does not have yet. @param sent names and values alternate. */
export function securityFields(settings: SecurityHeaders, sent: readonly string[]): string[] {
  let all = compiled.get(settings);
  if (!all) compiled.set(settings, (all = fieldsOf(settings)));
  const names = new Set<string>();
  let limitsFrames = false;
  for (let at = 0; at < sent.length; at += 2) {
    const lower = sent[at]!.toLowerCase();
    // Our own upgrade-insecure-requests is no policy of the app.
    if (lower === 'content-security-policy' && sent[at + 1] === 'upgrade-insecure-requests') continue;
    names.add(lower);
    limitsFrames ||= lower === 'x-frame-options';
    limitsFrames ||= lower === 'content-security-policy' && /(?:^|[;,])\s*frame-ancestors\s/i.test(sent[at + 1]!);
  }
  const result: string[] = [];
  for (let at = 0; at < all.length; at += 2) {
    const [name, value] = [all[at]!, all[at + 1]!];
    const isOfFrames = name === 'X-Frame-Options' || value.startsWith('frame-ancestors ');
    if (isOfFrames ? !limitsFrames : !names.has(name.toLowerCase())) result.push(name, value);
  }
  return result;
}

function fieldsOf({ frames, referrerPolicy, permissionsPolicy, contentSecurityPolicy }: SecurityHeaders): string[] {
  const fields = ['X-Content-Type-Options', 'nosniff', 'Referrer-Policy', referrerPolicy];
  if (frames === 'none') fields.push('X-Frame-Options', 'DENY');
  else if (frames === 'same-origin') fields.push('X-Frame-Options', 'SAMEORIGIN');
  // X-Frame-Options has no list.
  else if (frames !== 'any') fields.push('Content-Security-Policy', `frame-ancestors 'self' ${frames.join(' ')}`);
  if (permissionsPolicy !== undefined) fields.push('Permissions-Policy', permissionsPolicy);
  if (contentSecurityPolicy !== undefined) fields.push('Content-Security-Policy', contentSecurityPolicy);
  return fields;
}

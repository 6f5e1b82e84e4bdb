import type { OidcAllow } from '../../../config/configuration.ts';

/** Who logged in, by the claims of the provider. */
export interface Account {
  /** Unique at the provider and never reassigned (OpenID Connect Core §2). */
  sub: string;
  /** Absent if the provider says that it is not verified. */
  email?: string;
  /** Its address if the provider says that it is not verified: only for pages and the log. */
  unverifiedEmail?: string;
  /** Only for people: the user may be able to change it. */
  preferredUsername?: string;
  groups: string[];
}

/** Claims of the ID token or of the userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>;

const mostCharacters = 256;

/**
 * undefined: `sub` is not fit for use.
 * @param sources the first one with a claim decides on it.
 * @param groupsClaim name of the claim with the groups; dots lead into objects, as in Keycloak's `realm_access.roles`.
 */
export function accountOf(sub: string, sources: readonly Claims[], groupsClaim: string): Account | undefined {
  if (fieldText(sub) !== sub) return undefined;
  const ofEmail = sources.find(({ email }) => typeof email === 'string');
  const email = ofEmail && emailIn(ofEmail);
  const preferredUsername = sources.map((claims) => fieldText(claims['preferred_username'])).find(Boolean);
  const groups = sources.map((claims) => claimAt(claims, groupsClaim)).find((claim) => claim !== undefined);
  return {
    sub,
    ...(email !== undefined && (sources.every(isVerified) ? { email } : { unverifiedEmail: email })),
    ...(preferredUsername !== undefined && { preferredUsername }),
    groups: groupNames(groups),
  };
}

function emailIn({ email }: Claims): string | undefined {
  const address = fieldText(email);
  return address !== undefined && /^[^@\s]+@[^@\s]+$/.test(address) ? address : undefined;
}

/** Absent: the provider makes no difference, or says it in the other source. Some send text. */
function isVerified({ email_verified: verified }: Claims): boolean {
  return verified === undefined || verified === true || verified === 'true';
}

/** Text that is safe in a header field; undefined for anything else. */
function fieldText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > mostCharacters) return undefined;
  const text = value.trim();
  return text === '' || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text) ? undefined : text;
}

function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Claims)[part];
  }
  return value;
}

/** A group whose name has a comma would read as two in X-Forwarded-Groups. */
function groupNames(claim: unknown): string[] {
  const listed: unknown[] = Array.isArray(claim) ? claim : [claim];
  return [...new Set(listed.flatMap((name) => fieldText(name) ?? []))].filter((name) => !name.includes(','));
}

/** Whether the account may come in: one matching rule suffices. */
export function isAllowed({ email, groups }: Account, allow: OidcAllow): boolean {
  if (allow === 'everyone') return true;
  const address = email?.toLowerCase();
  const domain = address?.slice(address.lastIndexOf('@') + 1);
  return (
    (address !== undefined && allow.emails.includes(address)) ||
    (domain !== undefined && allow.domains.includes(domain)) ||
    groups.some((group) => allow.groups.includes(group))
  );
}

/** The name for X-Forwarded-User, the access log and pages: one that the user cannot choose. */
export function nameOf({ email, sub }: Account): string {
  return email ?? sub;
}

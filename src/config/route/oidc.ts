import * as z from 'zod';
import { parseHostName } from '../../names/host-name.ts';
import type { NamedFile } from '../named-file.ts';
import type { Reading } from '../reading.ts';
import { duration, list, mapping, problem, reading, text } from '../values.ts';

/** Log-in by an OpenID provider. */
export interface Oidc {
  /** As the provider calls itself, an https URL. */
  issuer: string;
  clientId: string;
  /** undefined: a public client, protected by PKCE alone. */
  clientSecretFile?: NamedFile | undefined;
  /** Roots for the provider, PEM; undefined: Mozilla's and the machine's. */
  rootFile?: NamedFile | undefined;
  allow: OidcAllow;
  /** undefined: openid, email, profile, and groups if the provider has it. */
  scopes?: string[] | undefined;
  groupsClaim: string;
  /** Time without use after which a session ends. */
  sessionMs: number;
}

/** One matching rule suffices. Addresses and domains in lower case. */
export type OidcAllow = 'everyone' | { emails: string[]; domains: string[]; groups: string[] };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function readIssuer(input: string): Reading<string> {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return url?.protocol === 'https:' && isPlain ? { value: input } : { problem: 'config.bad-issuer' };
}

function readEmail(input: string): Reading<string> {
  return /^[^\s@]+@[^\s@]+$/.test(input) ? { value: input.toLowerCase() } : { problem: 'config.bad-account' };
}

function readDomain(input: string): Reading<string> {
  const name = parseHostName(input);
  return 'value' in name && name.value.kind === 'dns' && !name.value.isWildcard
    ? { value: name.value.text }
    : { problem: 'config.bad-email-domain' };
}

export const oidcAllowKeys = {
  emails: list(text.transform(reading(readEmail)))
    .default([])
    .meta({ description: 'E-mail addresses.' }),
  domains: list(text.transform(reading(readDomain)))
    .default([])
    .meta({ description: 'Domains of e-mail addresses, without their subdomains.' }),
  groups: list(text).default([]).meta({ description: 'Groups, as the provider names them.' }),
};

export const oidcKeys = {
  issuer: text.transform(reading(readIssuer)).meta({
    description: 'The provider, as it calls itself: an https URL, such as https://id.example.com/realms/home.',
  }),
  client_id: text.regex(/^[!-~]+$/, problem('config.bad-client-id')).meta({
    description: 'The client that the provider has for this site. Its redirect URI: https://HOST/everyhop/callback',
  }),
  client_secret_file: text.optional().meta({
    description:
      "File with the client's secret. Read again when it changes. Default: a public client, with PKCE alone.",
  }),
  allow: z
    .union([z.literal('everyone'), mapping(oidcAllowKeys)], problem('config.bad-oidc-allow'))
    .refine((allow) => allow === 'everyone' || Object.values(allow).some((names) => names.length > 0), {
      ...problem('config.bad-oidc-allow'),
      when: ({ issues }) => issues.length === 0,
    })
    .meta({
      description:
        'Who may come in: accounts that one of emails, domains or groups names, or everyone, for all accounts of the provider. Addresses that the provider does not call verified do not count.',
    }),
  scopes: list(text.regex(/^[!#-[\]-~]+$/, problem('config.bad-scope')))
    .optional()
    .meta({ description: 'Scopes to ask for. Default: openid, email, profile, and groups where the provider has it.' }),
  groups_claim: text.default('groups').meta({
    description: 'Claim with the groups. Dots lead into objects: realm_access.roles.',
  }),
  root: text.optional().meta({
    description: "PEM file with the root certificates for the provider, instead of Mozilla's and the machine's.",
  }),
  session: duration(5 * minuteMs, 30 * dayMs)
    .default(12 * 60 * minuteMs)
    .meta({
      description: 'A session ends after this long without use, and a week after the log-in at the latest.',
    }),
};

export const oidcShape = mapping(oidcKeys).meta({
  description: 'Log-in by an OpenID provider: Keycloak, Authentik, Google, Dex and others.',
});

/** @param named the file of a key below `oidc`. */
export function toOidc(content: z.output<typeof oidcShape>, named: (key: string, file: string) => NamedFile): Oidc {
  const { client_secret_file: secret, root } = content;
  return {
    issuer: content.issuer,
    clientId: content.client_id,
    clientSecretFile: secret === undefined ? undefined : named('client_secret_file', secret),
    rootFile: root === undefined ? undefined : named('root', root),
    allow: content.allow,
    scopes: content.scopes,
    groupsClaim: content.groups_claim,
    sessionMs: content.session,
  };
}

import type * as z from 'zod';
import type { NamedFile } from '../named-file.ts';
import { addressBlock, list, mapping, path, problem, text } from '../values.ts';
import { type AccessCertificates, accessCertificatesShape, toAccessCertificates } from './access-certificates.ts';
import { accessKeysShape } from './access-keys.ts';
import { type ForwardAuth, forwardAuthShape, toForwardAuth } from './forward-auth.ts';
import { type Oidc, oidcShape, toOidc } from './oidc.ts';
import { namedFile, type SettingPlace } from './place.ts';

/** Who may come in. Addresses must pass `allow` and `deny`; then any one of the ways suffices. */
export interface Access {
  /** CIDR blocks of the visitor's address; undefined: all. */
  allow?: string[] | undefined;
  /** CIDR blocks that `allow` does not admit. */
  deny?: string[] | undefined;
  /** Path prefixes that need no identity. */
  public?: string[] | undefined;
  clientCertificates?: AccessCertificates | undefined;
  /** Access keys: all that are made for the site, or those with these names. */
  keys?: true | string[] | undefined;
  /** An htpasswd file: its users may come in with their password. */
  users?: NamedFile | undefined;
  oidc?: Oidc | undefined;
  /** A service that decides. */
  forwardAuth?: ForwardAuth | undefined;
}

export const accessKeys = {
  allow: list(addressBlock).optional().meta({
    description: 'Addresses (CIDR) of the visitors to admit. Default: all.',
  }),
  deny: list(addressBlock).optional().meta({
    description: 'Addresses (CIDR) of visitors to refuse, even if allow has them.',
  }),
  public: list(path.refine((prefix) => prefix !== '/', problem('config.all-public')))
    .optional()
    .meta({
      description:
        'Path prefixes that everyone may visit whose address is admitted: health checks and webhooks, for example.',
    }),
  client_certificates: accessCertificatesShape.optional(),
  keys: accessKeysShape.optional(),
  users: text.optional().meta({
    description:
      'File with users and password hashes (htpasswd: bcrypt, Argon2, SHA-512, SHA-256), for Basic authentication. everyhop access add-user writes it.',
  }),
  oidc: oidcShape.optional(),
  forward_auth: forwardAuthShape.optional(),
};

export const accessShape = mapping(accessKeys).meta({
  description: 'Who may come in. Default: everyone.',
});

export function toAccess(content: z.output<typeof accessShape>, place: SettingPlace): Access {
  const { client_certificates: certificates, users, oidc, forward_auth: forwardAuth, ...rest } = content;
  return {
    ...rest,
    ...(certificates !== undefined && { clientCertificates: toAccessCertificates(certificates) }),
    ...(users !== undefined && { users: namedFile(place, ['access', 'users'], users) }),
    ...(oidc && { oidc: toOidc(oidc, (key, file) => namedFile(place, ['access', 'oidc', key], file)) }),
    ...(forwardAuth && {
      forwardAuth: toForwardAuth(forwardAuth, (file) => namedFile(place, ['access', 'forward_auth', 'root'], file)),
    }),
  };
}

import type * as z from 'zod';
import { addressBlock, list, mapping, path, problem } from '../values.ts';
import { accessKeysShape } from './access-keys.ts';
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
  /** Access keys: all that are made for the site, or those with these names. */
  keys?: true | string[] | undefined;
  oidc?: Oidc | undefined;
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
  keys: accessKeysShape.optional(),
  oidc: oidcShape.optional(),
};

export const accessShape = mapping(accessKeys).meta({
  description: 'Who may come in. Default: everyone.',
});

export function toAccess(content: z.output<typeof accessShape>, place: SettingPlace): Access {
  const { oidc, ...rest } = content;
  return {
    ...rest,
    ...(oidc && { oidc: toOidc(oidc, (key, file) => namedFile(place, ['access', 'oidc', key], file)) }),
  };
}

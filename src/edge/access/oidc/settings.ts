import type { Oidc } from '../../../config/configuration.ts';

/** Log-in by an OpenID provider, as a worker needs it. */
export interface EdgeOidc extends Omit<Oidc, 'clientSecretFile' | 'rootFile'> {
  /** undefined: a public client, protected by PKCE alone. */
  clientSecret: string | undefined;
  /** Roots for the provider, PEM; undefined: Mozilla's and the machine's. */
  rootsPem: string | undefined;
  /** A file that cannot be used: the route is then closed. */
  unusableFile?: string | undefined;
  /** Base64. Cookies are sealed with the first, and opened with all. */
  cookieKeys: string[];
}

/** @param textOf the text of a file named in the configuration; undefined: it has never been usable. */
export function composeOidc(
  { clientSecretFile, rootFile, ...rest }: Oidc,
  cookieKeys: string[],
  textOf: (file: string) => string | undefined,
): EdgeOidc {
  const clientSecret = clientSecretFile && textOf(clientSecretFile.file)?.trim();
  const rootsPem = rootFile && textOf(rootFile.file);
  const unusableFile =
    clientSecretFile && !clientSecret ? clientSecretFile.file : rootFile && !rootsPem ? rootFile.file : undefined;
  return { ...rest, clientSecret, rootsPem, cookieKeys, ...(unusableFile !== undefined && { unusableFile }) };
}

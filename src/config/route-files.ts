import type { NamedFile } from './named-file.ts';
import { headerFiles } from './route/headers.ts';
import type { RouteSettings } from './route/settings.ts';

/** A file that a setting of a route names. `secret`: its text, without the white space around it, must not be empty. `field`: and be the value of a header field. */
export interface RouteFile {
  named: NamedFile;
  content: 'roots' | 'secret' | 'field';
}

export function routeFiles({ access, headers }: RouteSettings): RouteFile[] {
  const { oidc, forwardAuth } = access ?? {};
  return [
    ...headerFiles(headers ?? {}).map((named) => ({ named, content: 'field' }) as const),
    ...(oidc?.clientSecretFile ? [{ named: oidc.clientSecretFile, content: 'secret' } as const] : []),
    ...(oidc?.rootFile ? [{ named: oidc.rootFile, content: 'roots' } as const] : []),
    ...(forwardAuth?.rootFile ? [{ named: forwardAuth.rootFile, content: 'roots' } as const] : []),
  ];
}

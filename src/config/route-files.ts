import type { NamedFile } from './named-file.ts';
import type { RouteSettings } from './route/settings.ts';

/** A file that a setting of a route names. `secret`: its text, without the white space around it, must not be empty. */
export interface RouteFile {
  named: NamedFile;
  content: 'roots' | 'secret';
}

export function routeFiles({ access }: RouteSettings): RouteFile[] {
  const { oidc, forwardAuth } = access ?? {};
  return [
    ...(oidc?.clientSecretFile ? [{ named: oidc.clientSecretFile, content: 'secret' } as const] : []),
    ...(oidc?.rootFile ? [{ named: oidc.rootFile, content: 'roots' } as const] : []),
    ...(forwardAuth?.rootFile ? [{ named: forwardAuth.rootFile, content: 'roots' } as const] : []),
  ];
}

import type { Configuration } from '../../config/configuration.ts';

/** Every file that the configuration names, each once, including key files. */
export function namedFiles(configuration: Configuration): string[] {
  const ofSites = configuration.sites.flatMap((site) => [
    ...(site.clientCertificates ? [site.clientCertificates.rootFile] : []),
    ...(site.certificateFiles ? [site.certificateFiles.chainFile, site.certificateFiles.keyFile] : []),
    ...site.routes.flatMap((route) => route.upstream.rootFile ?? []),
  ]);
  const ofAuthorities = Object.values(configuration.authorities).flatMap(({ rootFile }) => rootFile ?? []);
  return [...new Set([...ofSites, ...ofAuthorities])];
}

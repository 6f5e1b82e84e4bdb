import type { Configuration } from '../../config/configuration.ts';

/** The root certificate files that the edge needs, each once. */
export function rootFiles({ sites }: Configuration): string[] {
  const files = sites.flatMap(({ clientCertificates, routes }) => [
    ...(clientCertificates ? [clientCertificates.rootFile] : []),
    ...routes.flatMap(({ upstream }) => upstream.rootFile ?? []),
  ]);
  return [...new Set(files)];
}

/** Every file that the configuration names, each once, including key files. */
export function namedFiles(configuration: Configuration): string[] {
  const ofSites = configuration.sites.flatMap(({ certificateFiles: files }) =>
    files ? [files.chainFile, files.keyFile] : [],
  );
  const ofAuthorities = Object.values(configuration.authorities).flatMap(({ rootFile, binding }) => [
    ...(rootFile === undefined ? [] : [rootFile]),
    ...(binding ? [binding.macKeyFile] : []),
  ]);
  return [...new Set([...rootFiles(configuration), ...ofSites, ...ofAuthorities])];
}

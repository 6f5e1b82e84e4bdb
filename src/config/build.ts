import { EveryhopError, type Place } from '../base/errors.ts';
import type { AuthoritySettings, Configuration, Route, Site, TrustConfiguration } from './configuration.ts';
import type { NamedFile } from './named-file.ts';
import { inconsistencies } from './consistency.ts';
import { ConfigurationError } from './error.ts';
import { problemsOf } from './issues.ts';
import { redirectLoops } from './redirect-loops.ts';
import { findFileProblems, type ReadText, resolveFrom } from './roots.ts';
import { toAnswer } from './route/answer.ts';
import type { SettingPlace } from './route/place.ts';
import { type RouteSettings, toRouteSettings } from './route/settings.ts';
import { type Choices, type FileContent, fileSchema } from './schema.ts';
import type { Source } from './source.ts';

export interface BuildOptions {
  /** Base of relative paths. */
  folder: string;
  /** Name of the file or command, for errors. */
  name: string;
  readText: ReadText;
  choices: Choices;
  /** Mistakes found earlier, to be reported together with those found here. */
  earlier?: readonly EveryhopError[];
}

/**
 * Validates the content and converts it to a configuration. Files that cannot be used are listed in `fileProblems`.
 * @throws ConfigurationError with every mistake, in the order of the file.
 */
export async function buildConfiguration(
  content: unknown,
  source: Source,
  options: BuildOptions,
): Promise<Omit<Configuration, 'file'>> {
  const parsed = fileSchema(options.choices).safeParse(content);
  const problems = [
    ...(options.earlier ?? []),
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, content, source)),
    ...inconsistencies(content, source),
  ];
  const configuration = parsed.success ? fromContent(parsed.data, options.folder, source) : undefined;
  if (configuration) problems.push(...redirectLoops(configuration, source));
  const fileProblems = configuration ? await findFileProblems(configuration, source, options.readText) : [];
  if (!configuration || problems.length > 0) {
    const all = [...problems, ...fileProblems.map(({ error }) => error)];
    throw new ConfigurationError(options.name, inFileOrder(all));
  }
  return { ...configuration, fileProblems };
}

/**
 * For commands that need every named file.
 * @param name of the file or command, for the error.
 * @throws ConfigurationError with every file that cannot be used.
 */
export function requireFiles<T extends Pick<Configuration, 'fileProblems'>>(configuration: T, name: string): T {
  const problems = configuration.fileProblems.map(({ error }) => error);
  if (problems.length > 0) throw new ConfigurationError(name, inFileOrder(problems));
  return configuration;
}

function fromContent(
  content: FileContent,
  folder: string,
  source: Source,
): Omit<Configuration, 'file' | 'fileProblems'> {
  return {
    httpsPort: content.https_port,
    httpPort: content.http_port,
    listen: content.listen,
    trustedProxies: content.trusted_proxies,
    ...(content.proxy_protocol && { proxyProtocol: true }),
    workers: content.workers,
    connectionsPerClient: content.connections_per_client,
    drainSeconds: content.drain_seconds,
    email: content.email,
    challenge: content.challenge,
    profile: content.profile,
    keyType: content.key_type,
    reusesKey: content.reuse_key,
    dns: content.dns,
    dnsResolvers: content.dns_resolvers,
    authorities: Object.fromEntries(
      Object.entries(content.authorities).map(([name, authority]) => [name, toAuthority(authority, folder)]),
    ),
    permit: content.authority.permit,
    ...(content.trust_page !== undefined && { trustPage: content.trust_page }),
    trust: content.trust && toTrust(content.trust, folder),
    sites: content.sites.map((site, index) => toSite(site, { folder, source, path: ['sites', index] })),
  };
}

function toSite(site: FileContent['sites'][number], place: SettingPlace): Site {
  const { folder, source } = place;
  const { client_certificates: clients } = site;
  const crlFiles = toRevocationFiles(clients?.crl, place);
  return {
    hosts: site.host,
    routes: toRoutes(site, place),
    ...toCertificate(site.certificate, folder, source.placeOf([...place.path, 'certificate'])),
    minTls: site.min_tls,
    clientCertificates: clients && {
      rootFile: resolveFrom(folder, clients.root)!,
      ...(crlFiles && { crlFiles }),
      optional: clients.optional,
    },
    hsts: site.hsts,
    upgradeInsecureRequests: site.upgrade_insecure_requests,
    block: site.block,
    allow: site.allow,
    ...(site.lan && { lan: true }),
  };
}

function toRevocationFiles(
  files: readonly string[] | undefined,
  { folder, source, path }: SettingPlace,
): NamedFile[] | undefined {
  const list = [...path, 'client_certificates', 'crl'];
  return files?.map((file, index) => {
    const where = source.has([...list, index]) ? [...list, index] : list;
    return { file: resolveFrom(folder, file)!, key: source.nameOf(where), place: source.placeOf(where) };
  });
}

function toTrust({ roots = [], ...rest }: NonNullable<FileContent['trust']>, folder: string): TrustConfiguration {
  const rootFiles = roots.map((file) => resolveFrom(folder, file)!);
  return { rootFiles, publicSet: rest.public, distrust: rest.distrust, pins: rest.pins };
}

function toCertificate(
  setting: FileContent['sites'][number]['certificate'],
  folder: string,
  place: Place | undefined,
): Pick<Site, 'certificate' | 'certificateFiles'> {
  if (setting === undefined || Array.isArray(setting)) return { certificate: setting, certificateFiles: undefined };
  const certificateFiles = {
    chainFile: resolveFrom(folder, setting.chain)!,
    keyFile: resolveFrom(folder, setting.key)!,
    place,
  };
  return { certificate: undefined, certificateFiles };
}

function toAuthority(authority: FileContent['authorities'][string], folder: string): AuthoritySettings {
  const {
    directory,
    root,
    profile,
    preferred_chain: preferredChain,
    key_id: keyId,
    mac_key_file: macKeyFile,
  } = authority;
  return {
    directoryUrl: directory,
    rootFile: resolveFrom(folder, root),
    profile,
    preferredChain,
    binding:
      keyId === undefined || macKeyFile === undefined
        ? undefined
        : { keyId, macKeyFile: resolveFrom(folder, macKeyFile)! },
  };
}

function toRoutes(site: FileContent['sites'][number], place: SettingPlace): Route[] {
  const defaults = toRouteSettings(site, place);
  const { upstream, upstreams, upstream_root, redirect, respond, routes } = site;
  const whole = { path: '/', upstream, upstreams, upstream_root, redirect, respond, strip_path: false };
  if (!routes) return [toRoute(whole, place, defaults)];
  return routes.map((route, index) => {
    const own = { ...place, path: [...place.path, 'routes', index] };
    return toRoute(route, own, { ...defaults, ...toRouteSettings(route, own) });
  });
}

function toRoute(
  route: NonNullable<FileContent['sites'][number]['routes']>[number],
  place: SettingPlace,
  settings: RouteSettings,
): Route {
  const { upstream, upstreams = upstream ? [upstream] : [] } = route;
  const rootFile = resolveFrom(place.folder, route.upstream_root);
  return {
    path: route.path,
    upstreams: upstreams.map((one) => ({ ...one, rootFile: one.protocol === 'https' ? rootFile : undefined })),
    stripPath: route.strip_path,
    ...toAnswer(route),
    ...(route.upstreams && { balance: 'least-streams' }),
    ...settings,
  };
}

/** Reports a mistake behind a YAML alias only once, although it occurs in several places. */
function inFileOrder(problems: readonly EveryhopError[]): EveryhopError[] {
  const position = ({ place }: EveryhopError): number => (place?.line ?? 0) * 1e6 + (place?.column ?? 0);
  const distinct = new Map(
    problems.map((problem) => [`${problem.code} ${position(problem)} ${problem.message}`, problem]),
  );
  return [...distinct.values()].sort((a, b) => position(a) - position(b));
}

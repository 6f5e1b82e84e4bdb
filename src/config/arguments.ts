import path from 'node:path';
import { baseError } from '../base/messages.ts';
import { buildConfiguration, requireFiles } from './build.ts';
import type { Configuration } from './configuration.ts';
import { ConfigurationError } from './error.ts';
import { isExampleAddress, ownAddresses } from './host.ts';
import { loadConfiguration } from './load.ts';
import { configError } from './messages.ts';
import type { ReadText } from './roots.ts';
import type { Choices } from './schema.ts';
import { ArgumentSource } from './source.ts';

/** The unparsed arguments of `everyhop up`. */
export interface UpArguments {
  /** URL of the app, or just its port. */
  upstream?: string | undefined;
  /** PEM file with root certificates for an https upstream. */
  upstreamRoot?: string | undefined;
  /** Id of the app's profile. Default: recognised. */
  app?: string | undefined;
  /** The Host for the app instead of the visitor's. */
  hostHeader?: string | undefined;
  /** Default: `localhost`, `127.0.0.1` and `::1`. */
  hosts?: readonly string[] | undefined;
  /** Path of an `everyhop.yaml`. Default without `upstream`: the one in the current folder. */
  config?: string | undefined;
  httpsPort?: string | number | undefined;
  /** A port, or `false`/`off` for no plain HTTP. */
  httpPort?: string | number | false | undefined;
  listen?: readonly string[] | undefined;
  workers?: string | number | undefined;
  email?: string | undefined;
  /** Name of an authority, or URL of its directory. */
  authority?: string | undefined;
  /** PEM file with root certificates for the directory URL. */
  authorityRoot?: string | undefined;
  challenge?: string | undefined;
  profile?: string | undefined;
  /** DNS provider for DNS-01. */
  dns?: string | undefined;
  dnsResolvers?: readonly string[] | undefined;
  /** Serves the site in the local network, too. In a file, the only site. */
  lan?: boolean | undefined;
  trustPage?: boolean | undefined;
  /** Visitors need an access key. */
  accessKeys?: boolean | undefined;
  /** File with the users who may come in. */
  users?: string | undefined;
  /** Addresses (CIDR) of the visitors to admit. */
  allow?: readonly string[] | undefined;
}

export interface ArgumentsContext {
  readText: ReadText;
  /** Base of relative paths. */
  cwd: string;
  choices: Choices;
}

const defaultFile = 'everyhop.yaml';
const defaultHosts = ['localhost', '127.0.0.1', '::1'];

/**
 * Builds the configuration from the arguments of `up` alone, or from a file, with its settings for all sites overridden
 * by arguments.
 * @throws ConfigurationError with every mistake, named by its argument or its place in the file.
 * @throws EveryhopError `config.two-sources`, `config.no-source`, `file.*`.
 */
export async function configurationFromArguments(args: UpArguments, context: ArgumentsContext): Promise<Configuration> {
  const { readText, cwd, choices } = context;
  const name = 'everyhop up';
  const source = new ArgumentSource();
  if (args.upstream === undefined) {
    const fromFile = await fileConfiguration(args, context);
    // Check the overrides together with a placeholder for the sites.
    const placeholder = { ...sharedContent(args), sites: [{ host: 'localhost', upstream: 80 }] };
    const checked = await buildConfiguration(placeholder, source, { folder: cwd, name, readText, choices });
    const sites = args.lan ? withLan(fromFile) : fromFile.sites;
    const merged: Configuration = { ...fromFile, sites, ...withoutUndefined(pick(checked, overridable)) };
    if (merged.httpsPort !== undefined && merged.httpsPort === merged.httpPort) {
      throw new ConfigurationError(name, [configError('config.same-ports', { port: merged.httpsPort })]);
    }
    return merged;
  }
  if (args.config !== undefined) refuseBoth(args.upstream, args.config);
  const hosts = args.hosts?.length ? args.hosts : defaultHosts;
  const example = hosts.find(isExampleAddress);
  if (example !== undefined) {
    const params = { key: '--host', value: example, addresses: ownAddresses() };
    throw new ConfigurationError(name, [configError('config.host-reserved', params)]);
  }
  const site = {
    host: [...hosts],
    upstream: args.upstream,
    upstream_root: args.upstreamRoot,
    app: args.app,
    host_header: args.hostHeader,
    ...certificateContent(args),
    lan: args.lan,
    access: accessContent(args),
  };
  const content = { ...sharedContent(args), ...authorityContent(args), sites: [withoutUndefined(site)] };
  // The user who types a path can correct it at once.
  const built = await buildConfiguration(content, source, { folder: cwd, name, readText, choices });
  return { file: undefined, ...requireFiles(built, name) };
}

async function fileConfiguration(
  args: UpArguments,
  { readText, cwd, choices }: ArgumentsContext,
): Promise<Configuration> {
  const file = path.resolve(cwd, args.config ?? defaultFile);
  if (args.hosts?.length) refuseBoth('--host', file);
  if (args.upstreamRoot !== undefined) refuseBoth('--upstream-root', file);
  if (args.app !== undefined) refuseBoth('--app', file);
  if (args.hostHeader !== undefined) refuseBoth('--host-header', file);
  if (args.authority !== undefined) refuseBoth('--authority', file);
  if (args.accessKeys) refuseBoth('--access-keys', file);
  if (args.users !== undefined) refuseBoth('--users', file);
  if (args.allow?.length) refuseBoth('--allow', file);
  try {
    return await loadConfiguration(file, { readText, choices });
  } catch (error) {
    const missing = args.config === undefined && baseError.is(error, 'file.missing') && error.params.file === file;
    throw missing ? configError('config.no-source', { file: defaultFile }, { cause: error }) : error;
  }
}

/** @throws ConfigurationError if the file does not say which of several sites is meant. */
function withLan({ file, sites }: Configuration): Configuration['sites'] {
  if (sites.some(({ lan }) => lan)) return sites;
  if (sites.length === 1) return sites.map((site) => ({ ...site, lan: true }));
  throw new ConfigurationError(file!, [configError('config.lan-of-which-site', { file: file! })]);
}

function refuseBoth(argument: string, file: string): never {
  throw configError('config.two-sources', { argument, file });
}

/** Settings for all sites, which arguments override. */
const overridable = [
  'httpsPort',
  'httpPort',
  'listen',
  'workers',
  'email',
  'challenge',
  'profile',
  'dns',
  'dnsResolvers',
  'trustPage',
] as const;

function sharedContent(args: UpArguments): Record<string, unknown> {
  return withoutUndefined({
    https_port: asNumber(args.httpsPort),
    http_port: args.httpPort === 'false' || args.httpPort === 'off' ? false : asNumber(args.httpPort),
    listen: args.listen?.length ? [...args.listen] : undefined,
    workers: asNumber(args.workers),
    email: args.email,
    challenge: args.challenge,
    profile: args.profile,
    dns: args.dns,
    trust_page: args.trustPage,
    dns_resolvers: args.dnsResolvers?.length ? [...args.dnsResolvers] : undefined,
  });
}

function accessContent({ accessKeys, users, allow }: UpArguments): Record<string, unknown> | undefined {
  const access = withoutUndefined({
    keys: accessKeys ? true : undefined,
    users,
    allow: allow?.length ? [...allow] : undefined,
  });
  return Object.keys(access).length === 0 ? undefined : access;
}

/** The name of the authority from the arguments among the configured ones. */
const argumentAuthority = 'given';

function certificateContent(args: UpArguments): Record<string, unknown> {
  if (args.authority === undefined) return {};
  return { certificate: isDirectoryUrl(args) ? argumentAuthority : args.authority };
}

function isDirectoryUrl(args: UpArguments): boolean {
  return /^https?:\/\//.test(args.authority ?? '');
}

function authorityContent(args: UpArguments): Record<string, unknown> {
  if (!isDirectoryUrl(args)) return {};
  const authority = withoutUndefined({ directory: args.authority, root: args.authorityRoot });
  return { authorities: { [argumentAuthority]: authority } };
}

/** Converts `8443` to a number. Leaves other text for the schema to reject. */
function asNumber<T>(value: T | string): T | string | number {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

function withoutUndefined(mapping: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}

import path from 'node:path';
import { baseError } from '../base/messages.ts';
import { buildConfiguration } from './build.ts';
import type { Configuration } from './configuration.ts';
import { ConfigurationError } from './error.ts';
import { loadConfiguration } from './load.ts';
import { configError } from './messages.ts';
import type { ReadText } from './roots.ts';
import type { Choices } from './schema.ts';
import { ArgumentSource } from './source.ts';

/** What was written after `everyhop up`, as it was written; undefined for what was not. */
export interface UpArguments {
  /** URL of the app, or as short as its port. */
  upstream?: string | undefined;
  /** PEM file with roots for an https upstream. */
  upstreamRoot?: string | undefined;
  /** Without any: `localhost`, `127.0.0.1` and `::1`. */
  hosts?: readonly string[] | undefined;
  /** Path of an `everyhop.yaml`; without it and without an upstream, the one in the current folder. */
  config?: string | undefined;
  httpsPort?: string | number | undefined;
  /** A port, or `false`/`off` for no plain HTTP. */
  httpPort?: string | number | false | undefined;
  listen?: readonly string[] | undefined;
  workers?: string | number | undefined;
  email?: string | undefined;
  /** Name of an authority, or the URL of its directory. */
  authority?: string | undefined;
  /** PEM file with the roots of that directory's own certificate. */
  authorityRoot?: string | undefined;
  challenge?: string | undefined;
  profile?: string | undefined;
  /** Who writes the records of DNS-01. */
  dns?: string | undefined;
  dnsResolvers?: readonly string[] | undefined;
}

export interface ArgumentsContext {
  readText: ReadText;
  /** Where relative paths start. */
  cwd: string;
  choices: Choices;
}

const defaultFile = 'everyhop.yaml';
const defaultHosts = ['localhost', '127.0.0.1', '::1'];

/**
 * The configuration that the arguments of `up` ask for: of their own, or of a file, in which what holds for all sites
 * is then overridden.
 * @throws ConfigurationError with every mistake, known by the argument or by its place in the file.
 * @throws EveryhopError `config.two-sources`, `config.no-source`, `file.*`.
 */
export async function configurationFromArguments(
  given: UpArguments,
  context: ArgumentsContext,
): Promise<Configuration> {
  const { readText, cwd, choices } = context;
  const name = 'everyhop up';
  const source = new ArgumentSource();
  if (given.upstream === undefined) {
    const own = await fileConfiguration(given, context);
    // Checked like any other arguments, beside a site that is sure to be right.
    const placeholder = { ...sharedContent(given), sites: [{ host: 'localhost', upstream: 80 }] };
    const checked = await buildConfiguration(placeholder, source, { folder: cwd, name, readText, choices });
    const merged: Configuration = { ...own, ...withoutUndefined(pick(checked, overridable)) };
    if (merged.httpsPort !== undefined && merged.httpsPort === merged.httpPort) {
      throw new ConfigurationError(name, [configError('config.same-ports', { port: merged.httpsPort })]);
    }
    return merged;
  }
  if (given.config !== undefined) refuseBoth(given.upstream, given.config);
  const hosts = given.hosts?.length ? given.hosts : defaultHosts;
  const site = {
    host: [...hosts],
    upstream: given.upstream,
    upstream_root: given.upstreamRoot,
    ...certificateContent(given),
  };
  const content = { ...sharedContent(given), ...authorityContent(given), sites: [withoutUndefined(site)] };
  return { file: undefined, ...(await buildConfiguration(content, source, { folder: cwd, name, readText, choices })) };
}

async function fileConfiguration(
  given: UpArguments,
  { readText, cwd, choices }: ArgumentsContext,
): Promise<Configuration> {
  const file = path.resolve(cwd, given.config ?? defaultFile);
  if (given.hosts?.length) refuseBoth('--host', file);
  if (given.upstreamRoot !== undefined) refuseBoth('--upstream-root', file);
  if (given.authority !== undefined) refuseBoth('--authority', file);
  try {
    return await loadConfiguration(file, { readText, choices });
  } catch (error) {
    const missing = given.config === undefined && baseError.is(error, 'file.missing') && error.params.file === file;
    throw missing ? configError('config.no-source', { file: defaultFile }, { cause: error }) : error;
  }
}

function refuseBoth(argument: string, file: string): never {
  throw configError('config.two-sources', { argument, file });
}

/** What the command line says of all sites goes before what a file says. */
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
] as const;

function sharedContent(given: UpArguments): Record<string, unknown> {
  return withoutUndefined({
    https_port: asNumber(given.httpsPort),
    http_port: given.httpPort === 'false' || given.httpPort === 'off' ? false : asNumber(given.httpPort),
    listen: given.listen?.length ? [...given.listen] : undefined,
    workers: asNumber(given.workers),
    email: given.email,
    challenge: given.challenge,
    profile: given.profile,
    dns: given.dns,
    dns_resolvers: given.dnsResolvers?.length ? [...given.dnsResolvers] : undefined,
  });
}

/** The name under which the authority of the arguments stands among the configured ones. */
const givenAuthority = 'given';

function certificateContent(given: UpArguments): Record<string, unknown> {
  if (given.authority === undefined) return {};
  return { certificate: isDescribed(given) ? givenAuthority : given.authority };
}

/** A URL that comes with settings of its own. */
function isDescribed(given: UpArguments): boolean {
  return /^https?:\/\//.test(given.authority ?? '');
}

function authorityContent(given: UpArguments): Record<string, unknown> {
  if (!isDescribed(given)) return {};
  const described = withoutUndefined({ directory: given.authority, root: given.authorityRoot });
  return { authorities: { [givenAuthority]: described } };
}

/** `8443` as a number; anything else as it is, to be complained of. */
function asNumber<T>(value: T | string): T | string | number {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

function withoutUndefined(mapping: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}

import * as z from 'zod';
import { keyTypes } from './configuration.ts';
import { readHost } from './host.ts';
import { answerShape } from './route/answer.ts';
import { routeSettingsShape } from './route/settings.ts';
import { upstreamsShape } from './route/upstreams.ts';
import {
  address,
  addressBlock,
  flag,
  host,
  list,
  mapping,
  path,
  port,
  problem,
  readBlock,
  reading,
  text,
  upstream,
  wholeNumber,
} from './values.ts';

/**
 * The schema of `everyhop.yaml`. The message of every issue is an error code. Rules that span several keys are in
 * consistency.ts, which also runs if the schema fails.
 */

export const routeShape = {
  path: path.meta({ description: 'Path prefix of whole segments: /v1 matches /v1 and /v1/x, not /v10.' }),
  upstream: upstream.optional().meta({
    description:
      'URL of the app, such as http://127.0.0.1:7861, a port of this machine, or a unix socket such as unix:/run/app.sock.',
  }),
  ...upstreamsShape,
  upstream_root: text
    .optional()
    .meta({ description: 'PEM file with the root certificates for this https upstream, instead of the system roots.' }),
  ...answerShape,
  strip_path: flag.default(false).meta({
    description:
      'Removes the prefix before forwarding, sends it as X-Forwarded-Prefix, and puts it back into redirects and cookie paths.',
  }),
  ...routeSettingsShape,
};

export const clientCertificatesShape = {
  root: text.meta({ description: 'PEM file with the root certificates for client certificates.' }),
  crl: z
    .union([text, list(text)], problem('config.not-text'))
    .transform((files) => (typeof files === 'string' ? [files] : files))
    .optional()
    .meta({
      description:
        'File, or files, with the certificate revocation lists (PEM or DER) of every authority in root. Revoked clients are refused; so is everyone once a list has expired. Read again when the file changes.',
    }),
  optional: flag.default(false).meta({ description: 'Admits clients without a certificate, too.' }),
};

export const authorityShape = {
  directory: text
    .regex(/^https:\/\/[^\s]+$/, problem('config.bad-directory'))
    .optional()
    .meta({ description: 'URL of the ACME directory; not needed for a well-known authority.' }),
  root: text.optional().meta({
    description: 'PEM file with the root certificates for the directory URL, instead of the public and system roots.',
  }),
  profile: text.optional().meta({ description: 'Certificate profile to request.' }),
  preferred_chain: text
    .optional()
    .meta({ description: 'Common name of the root of the preferred chain, if the authority offers several.' }),
  key_id: text.optional().meta({ description: 'External account binding: the key identifier.' }),
  mac_key_file: text.optional().meta({ description: 'External account binding: file with the MAC key, base64url.' }),
};

const permitted = text.transform((input, context): string => {
  const parse = input.includes('/') ? reading(readBlock) : reading(readHost);
  return parse(input, context);
});

export const privateAuthorityShape = {
  permit: list(permitted).default([]).meta({
    description:
      'Names, wildcards and addresses (CIDR) that a new private root permits besides private ones, so that sites added later need no new root on the clients: the services of a Compose file, for example.',
  }),
};

export const trustShape = {
  roots: list(text).optional().meta({ description: 'PEM or DER files of private roots, or folders of such files.' }),
  public: z
    .enum(['system', 'mozilla', 'none'], problem('config.bad-choice'))
    .default('system')
    .meta({ description: 'The public roots to trust in addition.' }),
  distrust: list(text)
    .default([])
    .meta({ description: 'SHA-256 of certificates, or of their keys, that are never trusted.' }),
  pins: list(text)
    .default([])
    .meta({ description: 'SHA-256 of certificates that are trusted directly, although they are not roots.' }),
};

const authorityName = text.regex(/^\S+$/, problem('config.unknown-authority'));

export const certificateFilesShape = {
  chain: text.meta({ description: 'PEM file with the certificate and its intermediates.' }),
  key: text.meta({ description: 'PEM file with the private key.' }),
};

export const siteShape = {
  host: z
    .union([host, list(host)], problem('config.bad-host'))
    .transform((hosts) => (typeof hosts === 'string' ? [hosts] : hosts))
    .meta({ description: 'A host name or address of the site, or a list of them. *.example.com is allowed.' }),
  upstream: routeShape.upstream
    .optional()
    .meta({ description: 'The app for all paths; short for one route with the path /.' }),
  ...upstreamsShape,
  upstream_root: routeShape.upstream_root,
  ...answerShape,
  ...routeSettingsShape,
  routes: list(mapping(routeShape)).optional().meta({ description: 'The apps for the paths; the longest match wins.' }),
  certificate: z
    .union([authorityName, list(authorityName), mapping(certificateFilesShape)], problem('config.not-text'))
    .transform((setting) => (typeof setting === 'string' ? [setting] : setting))
    .optional()
    .meta({
      description:
        'The issuer: private, letsencrypt, another well-known authority, one of authorities, the URL of an ACME directory, or a list of them in order of preference; or the files of a certificate from elsewhere. Default: depends on the kind of the name.',
    }),
  min_tls: z
    .literal(['1.2', '1.3', 1.2, 1.3], problem('config.bad-choice'))
    .default('1.2')
    .transform((version) => String(version) as '1.2' | '1.3')
    .meta({ description: 'The oldest TLS version allowed.' }),
  client_certificates: mapping(clientCertificatesShape)
    .optional()
    .meta({ description: 'Mutual TLS: asks clients for a certificate.' }),
  hsts: z.enum(['auto', 'off', 'preload'], problem('config.bad-choice')).default('auto').meta({
    description:
      'Strict-Transport-Security: with auto, max-age grows the longer the site has been proven, and only port 443 sends it.',
  }),
  upgrade_insecure_requests: flag
    .default(false)
    .meta({ description: 'Makes browsers load http:// parts of the page over HTTPS.' }),
  block: list(path).default([]).meta({
    description: 'Path prefixes answered with 404 and never forwarded, unless a longer route or allow matches.',
  }),
  allow: list(path).default([]).meta({ description: 'Path prefixes within block that are forwarded all the same.' }),
  lan: flag.default(false).meta({
    description:
      "Serves the site at this machine's addresses in the local network and as NAME.local, too, with certificates of the private authority; for phones and other computers. One site may have it.",
  }),
};

export const fileShape = {
  https_port: port.optional().meta({ description: 'Port of HTTPS. Default: 443, or 8443 without permission for 443.' }),
  http_port: z
    .union([port, z.literal([false, 'off'])], problem('config.bad-port-or-false'))
    .transform((value) => (value === 'off' ? false : value))
    .optional()
    .meta({
      description: 'Port of plain HTTP, for redirects; false for none. Default: 80, or 8080 without permission for 80.',
    }),
  listen: list(address).optional().meta({ description: 'Addresses to listen on.' }),
  trusted_proxies: list(addressBlock).default([]).meta({
    description:
      "Addresses (CIDR) of proxies in front. Their fields about the visitor (X-Forwarded-*, Forwarded, CF-Connecting-IP and the like) are believed, and the http port serves requests that arrived at them over HTTPS. Everyone else's are dropped.",
  }),
  proxy_protocol: flag.optional().meta({
    description:
      'Every connection of trusted_proxies begins with a PROXY header (version 1 or 2), which has the address of the visitor; without one, it is closed. For load balancers that pass TLS through.',
  }),
  workers: wholeNumber(1, 1024, 'config.bad-workers')
    .optional()
    .meta({ description: 'Number of worker processes. Default: one per core.' }),
  connections_per_client: wholeNumber(1, 1_000_000, 'config.bad-connections').default(500).meta({
    description:
      'Maximum number of connections, and of requests under way, per client address (IPv6: its /64) and worker process.',
  }),
  drain_seconds: wholeNumber(0, 86_400, 'config.bad-drain')
    .default(30)
    .meta({ description: 'Time that open streams get to finish when Everyhop stops.' }),
  email: text
    .regex(/^[^\s@]+@[^\s@]+$/, problem('config.bad-email'))
    .optional()
    .meta({ description: 'Contact address for public authorities.' }),
  challenge: z
    .enum(['http-01', 'tls-alpn-01', 'dns-01'], problem('config.bad-choice'))
    .optional()
    .meta({ description: 'The only type of challenge to use. Default: chosen automatically.' }),
  profile: text.optional().meta({ description: 'Certificate profile to request if the authority offers it.' }),
  key_type: z
    .enum(keyTypes, problem('config.bad-choice'))
    .optional()
    .meta({ description: 'Kind of the keys of public certificates. Default: p256. Old clients may need rsa2048.' }),
  reuse_key: flag
    .optional()
    .meta({ description: 'Keeps the key at renewals, for clients that pin it (TLSA records).' }),
  dns: text.optional(), // `fileSchema` restricts the choices
  dns_resolvers: list(text).optional().meta({ description: "Resolvers to use instead of this machine's." }),
  authorities: z
    .record(z.string(), mapping(authorityShape), problem('config.not-a-mapping'))
    .default({})
    .meta({ description: 'Your own ACME authorities, by name.' }),
  trust_page: flag.optional().meta({
    description:
      'Offers the private root to phones and other computers at http://HOST/everyhop/trust, on sites with private certificates. Default: true if a site has lan.',
  }),
  authority: mapping(privateAuthorityShape)
    .default({ permit: [] })
    .meta({ description: 'The private authority of this state folder.' }),
  trust: mapping(trustShape)
    .optional()
    .meta({ description: 'Trust of the programs started by run, or set up with env and trust bundle.' }),
  sites: list(mapping(siteShape)).meta({ description: 'The sites to serve.' }),
};

/** A permitted value of a key, with a short description for editors. */
export interface Choice {
  id: string;
  summary: string;
}

/** Permitted values that come from rooms above. */
export interface Choices {
  dnsProviders: readonly Choice[];
  /** Profiles of apps. */
  apps: readonly Choice[];
}

type FileSchema = z.ZodObject<typeof fileShape, z.core.$strict>;

export function fileSchema({ dnsProviders, apps }: Choices): FileSchema {
  const ids = dnsProviders.map(({ id }) => id);
  const summaries = dnsProviders.map(({ id, summary }) => `${id} (${summary})`).join(', ');
  const dns = z
    .enum(ids, problem('config.bad-choice'))
    .optional()
    .meta({ description: `DNS provider for DNS-01: ${summaries}.` });
  const app = z
    .enum(
      apps.map(({ id }) => id),
      problem('config.bad-choice'),
    )
    .optional()
    .meta({ description: routeShape.app.description! });
  const routes = list(mapping({ ...routeShape, app }))
    .optional()
    .meta({ description: siteShape.routes.description! });
  const sites = list(mapping({ ...siteShape, app, routes })).meta({ description: fileShape.sites.description! });
  return mapping({ ...fileShape, dns, sites }) as unknown as FileSchema; // an enum is a string
}

export type FileContent = z.output<FileSchema>;

/** JSON Schema (2020-12) of `everyhop.yaml` for editors, generated from the schema used for loading. */
export function configurationSchema(choices: Choices): Record<string, unknown> {
  return { title: 'everyhop.yaml', ...z.toJSONSchema(fileSchema(choices), { io: 'input' }) };
}

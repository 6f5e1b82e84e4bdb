import * as z from 'zod';
import type { NamedFile } from '../named-file.ts';
import type { Reading } from '../reading.ts';
import { readUpstream, type Upstream } from '../upstream.ts';
import { list, mapping, problem, reading, text } from '../values.ts';

/** A service that decides on each request: the contract of nginx's `auth_request` and Traefik's ForwardAuth. */
export interface ForwardAuth {
  upstream: Omit<Upstream, 'rootFile'>;
  /** For an https URL; undefined: the machine's roots. */
  rootFile: NamedFile | undefined;
  /** Path and query of the question. */
  target: string;
  /** Fields of its answer that the app gets, in lower case; undefined: the common ones. */
  copyHeaders: string[] | undefined;
  /** Path or URL of the log-in page; undefined: the service's answers suffice. */
  signIn: string | undefined;
}

/** The URL of a service: as of an app, but the path counts as it is. */
function readService(input: string): Reading<Pick<ForwardAuth, 'upstream' | 'target'>> {
  const [base = '', query] = input.split(/\?(.*)/s);
  const read = readUpstream(base);
  if ('problem' in read) return read.problem === 'config.bad-upstream' ? { problem: 'config.bad-forward-auth' } : read;
  const { basePath, ...upstream } = read.value;
  const path = `${basePath}${base.endsWith('/') || basePath === '' ? '/' : ''}`;
  const target = query === undefined ? path : `${path}?${query}`;
  if (!/^[\x21-\x7e]*$/.test(target) || target.includes('#')) return { problem: 'config.bad-forward-auth' };
  return { value: { upstream: { ...upstream, basePath: '' }, target } };
}

const fieldName = text
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, problem('config.bad-copied-header'))
  .refine((name) => !framing.has(name.toLowerCase()), problem('config.bad-copied-header'))
  .transform((name) => name.toLowerCase());

/** Fields that the edge sets, or that frame the message. */
const framing = new Set([
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]);

const url = text.transform(reading(readService));

export const forwardAuthKeys = {
  url: url.meta({
    description:
      'URL of the service, with its path: http://127.0.0.1:4180/oauth2/auth of oauth2-proxy, http://127.0.0.1:9091/api/authz/forward-auth of Authelia, http://127.0.0.1:9000/outpost.goauthentik.io/auth/traefik of Authentik.',
  }),
  copy_headers: list(fieldName).optional().meta({
    description:
      "Header fields of the service's answer that the app gets; a visitor cannot send them. Default: those of oauth2-proxy (X-Auth-Request-User, -Email, -Groups, -Preferred-Username), Authelia (Remote-User, -Groups, -Email, -Name) and Authentik (X-authentik-username and others).",
  }),
  sign_in: text
    .regex(/^(?:\/(?!\/)|https:\/\/)[\x21-\x7e]*$/, problem('config.bad-sign-in'))
    .optional()
    .meta({
      description:
        "Path or https URL of the service's log-in page: a visitor who opens a page and gets 401 or 403 is sent there, with the address of the page as rd, or in place of {url}. Default: /oauth2/sign_in if the path of url is /oauth2/auth; otherwise the service's own answer.",
    }),
  root: text.optional().meta({
    description: "File with root certificates (PEM) for an https URL. Default: the machine's roots.",
  }),
};

export const forwardAuthShape = z.union([url, mapping(forwardAuthKeys)], problem('config.bad-forward-auth')).meta({
  description:
    'A service that admits or refuses each request, as for nginx auth_request or Traefik ForwardAuth: its URL, or a mapping.',
});

/** @param named the file of `root`. */
export function toForwardAuth(
  content: z.output<typeof forwardAuthShape>,
  named: (file: string) => NamedFile,
): ForwardAuth {
  const {
    url: service,
    copy_headers: copyHeaders,
    sign_in: signIn,
    root,
  } = 'url' in content ? content : { url: content };
  const { upstream, target } = service;
  return {
    upstream,
    rootFile: root === undefined ? undefined : named(root),
    target,
    copyHeaders,
    signIn: signIn ?? (target === '/oauth2/auth' ? '/oauth2/sign_in' : undefined),
  };
}

import type * as z from 'zod';
import { EveryhopError, type Place } from '../base/errors.ts';
import { configError } from './messages.ts';
import type { ProblemCode } from './reading.ts';
import { accessKeys } from './route/access.ts';
import { accessCertificatesKeys } from './route/access-certificates.ts';
import { oidcAllowKeys, oidcKeys } from './route/oidc.ts';
import { forwardAuthKeys } from './route/forward-auth.ts';
import { limitKeys } from './route/limits.ts';
import { healthKeys } from './route/upstreams.ts';
import { redirectKeys, respondKeys } from './route/answer.ts';
import { corsKeys } from './route/cors.ts';
import { headerChangesKeys, headersKeys } from './route/headers.ts';
import { securityHeadersKeys } from './route/security-headers.ts';
import {
  authorityShape,
  certificateFilesShape,
  clientCertificatesShape,
  fileShape,
  routeShape,
  siteShape,
  privateAuthorityShape,
  trustShape,
} from './schema.ts';
import { type Path, type Source, YamlSource } from './source.ts';
import { closest } from './spelling.ts';

type Issue = z.core.$ZodIssue;

/** Converts schema issues to errors. The message of an issue is an error code. */
export function problemsOf(issues: readonly Issue[], content: unknown, source: Source): EveryhopError[] {
  const plain = issues.flatMap((issue) => settleUnion(issue));
  const unknown = plain.flatMap((issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue, source) : []));
  // Do not report a mistyped key as missing, too.
  const suggested = new Set(unknown.flatMap(({ instead }) => (instead ? [JSON.stringify(instead)] : [])));
  const others = plain
    .filter((issue) => issue.code !== 'unrecognized_keys' && !suggested.has(JSON.stringify(issue.path)))
    .map((issue) => valueProblem(issue, content, source));
  return [...unknown.map(({ problem }) => problem), ...others];
}

/** For a union such as "a name or a list of names", returns the issues of the option whose type matches. */
function settleUnion(issue: Issue, base: Path = []): Issue[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const wrongKind = ({ code, path: at }: Issue): boolean =>
    (code === 'invalid_type' || code === 'invalid_value') && at.length === 0;
  const matching = issue.errors.find((option) => !option.some(wrongKind));
  return matching && matching.length > 0 ? matching.flatMap((part) => settleUnion(part, path)) : [{ ...issue, path }];
}

function valueProblem(issue: Issue, content: unknown, source: Source): EveryhopError {
  const path = issue.path as Path;
  const value = valueAt(content, path);
  const place = source.placeOf(path);
  let code = issue.message as ProblemCode;
  const choices = issue.code === 'invalid_value' ? issue.values.filter((choice) => typeof choice === 'string') : [];
  const suggestion = typeof value === 'string' ? closest(value, choices) : undefined;
  if (code === 'config.bad-choice' && suggestion !== undefined) code = 'config.mistyped-choice';
  const params = {
    key: source.nameOf(path),
    value: shown(value),
    ...(issue.code === 'invalid_value' ? { choices: choices.join(', '), suggestion } : {}),
    ...(issue.code === 'custom' ? issue.params : {}),
  };
  if (value === undefined && path.length > 0) code = 'config.missing-key';
  if (value === null) code = 'config.no-value';
  return configError(code, params as never, place ? { place } : {});
}

type KnownKeys = { keys: string[]; where: string };

const levels = {
  file: { keys: Object.keys(fileShape), where: 'everyhop.yaml' },
  site: { keys: Object.keys(siteShape), where: 'sites' },
  route: { keys: Object.keys(routeShape), where: 'sites → routes' },
  clientCertificates: { keys: Object.keys(clientCertificatesShape), where: 'sites → client_certificates' },
  certificate: { keys: Object.keys(certificateFilesShape), where: 'sites → certificate' },
  authority: { keys: Object.keys(authorityShape), where: 'authorities' },
  access: { keys: Object.keys(accessKeys), where: 'access' },
  accessCertificates: { keys: Object.keys(accessCertificatesKeys), where: 'access → client_certificates' },
  oidc: { keys: Object.keys(oidcKeys), where: 'access → oidc' },
  oidcAllow: { keys: Object.keys(oidcAllowKeys), where: 'access → oidc → allow' },
  forwardAuth: { keys: Object.keys(forwardAuthKeys), where: 'access → forward_auth' },
  limits: { keys: Object.keys(limitKeys), where: 'limits' },
  headers: { keys: Object.keys(headersKeys), where: 'headers' },
  headerChanges: { keys: headerChangesKeys, where: 'headers → response' },
  redirect: { keys: Object.keys(redirectKeys), where: 'redirect' },
  respond: { keys: Object.keys(respondKeys), where: 'respond' },
  cors: { keys: Object.keys(corsKeys), where: 'cors' },
  securityHeaders: { keys: Object.keys(securityHeadersKeys), where: 'security_headers' },
  privateAuthority: { keys: Object.keys(privateAuthorityShape), where: 'authority' },
  health: { keys: Object.keys(healthKeys), where: 'health' },
  trust: { keys: Object.keys(trustShape), where: 'trust' },
} satisfies Record<string, KnownKeys>;

function levelOf(path: Path): KnownKeys {
  if (path.length === 0) return levels.file;
  if (path[0] === 'authorities') return levels.authority;
  if (path[0] === 'authority') return levels.privateAuthority;
  if (path[0] === 'trust') return levels.trust;
  if (path.at(-1) === 'health') return levels.health;
  if (path.at(-1) === 'access') return levels.access;
  if (path.at(-1) === 'oidc') return levels.oidc;
  if (path.at(-1) === 'allow' && path.at(-2) === 'oidc') return levels.oidcAllow;
  if (path.at(-1) === 'forward_auth') return levels.forwardAuth;
  if (path.at(-1) === 'limits') return levels.limits;
  if (path.at(-1) === 'headers') return levels.headers;
  if (path.at(-2) === 'headers') return levels.headerChanges;
  if (path.at(-1) === 'redirect') return levels.redirect;
  if (path.at(-1) === 'respond') return levels.respond;
  if (path.at(-1) === 'cors') return levels.cors;
  if (path.at(-1) === 'security_headers') return levels.securityHeaders;
  if (path.at(-1) === 'certificate') return levels.certificate;
  if (path.at(-1) === 'client_certificates' && path.at(-2) === 'access') return levels.accessCertificates;
  if (path.at(-1) === 'client_certificates') return levels.clientCertificates;
  return path.includes('routes') ? levels.route : levels.site;
}

/** One problem per unknown key. `instead` is the path of the suggested key. */
function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  source: Source,
): { problem: EveryhopError; instead: Path | undefined }[] {
  const mapping = issue.path as Path;
  const here = levelOf(mapping);
  return issue.keys.map((key) => {
    const path = [...mapping, key];
    const place: Place | undefined = source instanceof YamlSource ? source.placeOfKey(path) : source.placeOf(path);
    const options = place ? { place } : {};
    const elsewhere = Object.values(levels).find((level) => level !== here && level.keys.includes(key));
    if (elsewhere && !here.keys.some((known) => differInNumber(known, key))) {
      const problem = configError('config.misplaced-key', { key, where: elsewhere.where }, options);
      return { problem, instead: undefined };
    }
    const suggestion = closest(key, here.keys);
    if (suggestion === undefined) {
      const problem = configError('config.unknown-key', { key, known: here.keys.join(', ') }, options);
      return { problem, instead: undefined };
    }
    const problem = configError('config.mistyped-key', { key, suggestion }, options);
    return { problem, instead: [...mapping, suggestion] };
  });
}

/** Singular and plural of one word (`email`, `emails`): a slip, even if another mapping has the other one. */
function differInNumber(a: string, b: string): boolean {
  return a === `${b}s` || b === `${a}s`;
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[segment] : undefined,
    content,
  );
}

/** A value as the user wrote it, on one line and at most 80 characters long. */
function shown(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const text = written.replace(/[\n\r\t]/g, (character) => JSON.stringify(character).slice(1, -1));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

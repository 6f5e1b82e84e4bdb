import { withBrackets } from '../../names/address.ts';
import { toLatin1 } from '../reading/latin1.ts';
import { quoted } from './edit.ts';
import { type ProofMark, proofPath } from './site.ts';

/** The contents of the managed include of a `server` block, without the settings that the block has itself. */
export interface ServerInclude {
  site: string;
  /** Parameters of `listen`. */
  listens: readonly string[];
  certificate: { fullchain: string; privkey: string } | undefined;
  /** From plain HTTP to HTTPS: for these names only, to this port. */
  redirect: { names: readonly string[]; port: number } | undefined;
  /** max-age of Strict-Transport-Security; undefined for none. */
  hstsSeconds: number | undefined;
  /** Defines `$everyhop_upgrade`. */
  upgrades: boolean;
  /** Definitions of the other variables that the settings use. */
  variables: readonly string[];
  /** Folder with `.well-known/acme-challenge`. Undefined if the block answers challenges itself or has no plain listener. */
  challengeRoot: string | undefined;
  /** True if the block answers some challenges itself. */
  ownChallenges: boolean;
  /** True if this nginx supports `auth_request`. */
  authRequest: boolean;
  proof: ProofMark;
  /** Complete directives. */
  settings: readonly string[];
}

/**
 * The include at the start of a `server` block. Its `break` exempts requests for challenges and the proof location from
 * the block's rewrite rules. Avoids regular expressions where possible: even one that does not match would clear the
 * captures (`$1`) of `server_name`, which the rest of the block may use.
 */
export function serverInclude(include: ServerInclude): string {
  const { listens, certificate, redirect, hstsSeconds, upgrades, challengeRoot, ownChallenges, authRequest } = include;
  const { proof, variables, settings } = include;
  const lines = [...head(include.site), ...listens.map((parameters) => `listen ${parameters};`)];
  if (certificate) {
    lines.push(`ssl_certificate ${quoted(toLatin1(certificate.fullchain))};`);
    lines.push(`ssl_certificate_key ${quoted(toLatin1(certificate.privkey))};`);
  }
  lines.push(...settings);
  if (upgrades) lines.push(...webSockets());
  lines.push(...variables);
  if (hstsSeconds !== undefined) {
    // Not over plain HTTP (RFC 6797 §7.2).
    lines.push('set $everyhop_hsts "";', 'if ($scheme = https) {');
    lines.push(`    set $everyhop_hsts "max-age=${hstsSeconds}";`, '}', hstsHeader);
  }
  lines.push(`if ($uri = ${proofPath(proof)}) {`, '    break;', '}');
  if (challengeRoot !== undefined)
    lines.push(`if (-f ${quoted(`${toLatin1(challengeRoot)}$uri`)}) {`, '    break;', '}');
  // Not `rewrite … break`, after which an `alias` in the user's location for challenges would answer 500.
  if (ownChallenges) lines.push(String.raw`if ($uri ~ "^/\.well-known/acme-challenge/") {`, '    break;', '}');
  if (redirect) lines.push(...redirecting(redirect));
  if (challengeRoot !== undefined) lines.push(...challenges(challengeRoot, authRequest));
  lines.push(`location = ${proofPath(proof)} {`, '    default_type text/plain;');
  lines.push('    access_log off;', `    return 200 "${proof.generation} $pid";`, '}');
  return text(lines);
}

export const hstsHeader = 'add_header Strict-Transport-Security $everyhop_hsts always;';

/** Allows upgrades to WebSocket only: requests after an upgrade to HTTP/2 (h2c) would bypass all locations and rules. */
function webSockets(): string[] {
  const ways = ['websocket', 'WebSocket']; // case-insensitive by RFC 6455 §4.2.1; clients send these two
  return [
    'set $everyhop_upgrade "";',
    ...ways.flatMap((way) => [`if ($http_upgrade = ${way}) {`, '    set $everyhop_upgrade upgrade;', '}']),
  ];
}

/**
 * 308 preserves method and body (RFC 9110 §15.4.9). Skips requests that a proxy in front got over HTTPS, by
 * `$everyhop_proto`: they would loop.
 */
function redirecting({ names, port }: { names: readonly string[]; port: number }): string[] {
  const leads = (condition: string): string[] => [
    `if ($everyhop_hop ${condition}) {`,
    `    return 308 https://$host${port === 443 ? '' : `:${port}`}$request_uri;`,
    '}',
  ];
  const [wildcards, exact] = [true, false].map((is) => names.filter((name) => name.startsWith('*.') === is));
  const hosts = exact!.map(withBrackets);
  const patterns = wildcards!.map((name) => name.replaceAll('.', String.raw`\.`).replace('*', '[^.]+'));
  return [
    'set $everyhop_hop "$everyhop_proto:$host";',
    ...hosts.flatMap((host) => leads(`= "http:${host}"`)),
    ...(patterns.length > 0 ? leads(`~ "^http:(?:${patterns.join('|')})$"`) : []),
  ];
}

function challenges(root: string, authRequest: boolean): string[] {
  return [
    'location ^~ /.well-known/acme-challenge/ {',
    `    root ${quoted(toLatin1(root))};`,
    '    default_type text/plain;',
    '    allow all;',
    '    auth_basic off;',
    ...(authRequest ? ['    auth_request off;'] : []),
    '    open_file_cache off;',
    '}',
  ];
}

/** The include of a `location` whose own headers prevent it from inheriting the server's. */
export function locationInclude(site: string, directives: readonly string[]): string {
  return text([...head(site), ...directives]);
}

const originalPrefix = '#| ';

/** Replaces directives of the user, which it preserves verbatim as comments. */
export function replacedInclude(site: string, original: string, alsoSaid: readonly string[]): string {
  return text([
    ...head(site),
    toLatin1('# Replaces: / 替代：'),
    ...original.split('\n').map((line) => originalPrefix + line),
    ...alsoSaid,
  ]);
}

/** The directives that an include replaces; undefined if it replaces none. */
export function originalOf(include: string): string | undefined {
  const lines = include.split('\n').filter((line) => line.startsWith(originalPrefix));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(originalPrefix.length)).join('\n');
}

function head(site: string): string[] {
  return [
    `# Managed by Everyhop for ${site}. Edits to this file will be lost. To undo: everyhop nginx undo ${site}`,
    `# 由 Everyhop 为 ${site} 管理，对本文件的修改会丢失。撤销：everyhop nginx undo ${site}`,
  ].map(toLatin1);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

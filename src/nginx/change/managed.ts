import { withBrackets } from '../../names/address.ts';
import { toLatin1 } from '../reading/latin1.ts';
import { quoted } from './edit.ts';
import { type ProofMark, proofPath } from './site.ts';

/** What a managed include of a `server` block says; what the block says itself is left out of it. */
export interface ServerInclude {
  site: string;
  /** Parameters of `listen`. */
  listens: readonly string[];
  certificate: { fullchain: string; privkey: string } | undefined;
  /** From plain HTTP to HTTPS: for these names only, to this port. */
  redirect: { names: readonly string[]; port: number } | undefined;
  /** Seconds of Strict-Transport-Security; undefined: none. */
  hstsSeconds: number | undefined;
  /** Does anything refer to `$everyhop_upgrade`? */
  upgrades: boolean;
  /** To `$everyhop_proto`: HTTPS, be it as whoever is in front says? */
  protos: boolean;
  /** Folder that holds `.well-known/acme-challenge`; undefined: the block answers itself, or is not plain. */
  challengeRoot: string | undefined;
  /** Does the block answer some challenges itself? */
  ownChallenges: boolean;
  /** Is `auth_request` known to this nginx? */
  authRequest: boolean;
  proof: ProofMark;
  /** Whole directives. */
  settings: readonly string[];
}

/**
 * The include of a `server` block. It comes first there: its `break` keeps what the block does to every request from those
 * for challenges and for proofs. As far as can be nothing is matched against an expression there: be it in vain, that takes from the
 * rest of the block what one in `server_name` has captured (`$1`).
 */
export function serverInclude(include: ServerInclude): string {
  const { listens, certificate, redirect, hstsSeconds, upgrades, challengeRoot, ownChallenges, authRequest } = include;
  const { proof, protos, settings } = include;
  const lines = [...head(include.site), ...listens.map((parameters) => `listen ${parameters};`)];
  if (certificate) {
    lines.push(`ssl_certificate ${quoted(toLatin1(certificate.fullchain))};`);
    lines.push(`ssl_certificate_key ${quoted(toLatin1(certificate.privkey))};`);
  }
  lines.push(...settings);
  if (upgrades) lines.push(...webSockets());
  if (protos)
    lines.push(
      'set $everyhop_proto $scheme;',
      'if ($http_x_forwarded_proto = https) {',
      '    set $everyhop_proto https;',
      '}',
    );
  if (hstsSeconds !== undefined) {
    // RFC 6797 §7.2: not over plain HTTP.
    lines.push('set $everyhop_hsts "";', 'if ($scheme = https) {');
    lines.push(`    set $everyhop_hsts "max-age=${hstsSeconds}";`, '}', hstsHeader);
  }
  lines.push(`if ($uri = ${proofPath(proof)}) {`, '    break;', '}');
  if (challengeRoot !== undefined)
    lines.push(`if (-f ${quoted(`${toLatin1(challengeRoot)}$uri`)}) {`, '    break;', '}');
  // Not `rewrite … break`: after that an `alias` of the user's for challenges answers 500.
  if (ownChallenges) lines.push(String.raw`if ($uri ~ "^/\.well-known/acme-challenge/") {`, '    break;', '}');
  if (redirect) lines.push(...redirecting(redirect));
  if (challengeRoot !== undefined) lines.push(...challenges(challengeRoot, authRequest));
  lines.push(`location = ${proofPath(proof)} {`, '    default_type text/plain;');
  lines.push('    access_log off;', `    return 200 "${proof.generation} $pid";`, '}');
  return text(lines);
}

export const hstsHeader = 'add_header Strict-Transport-Security $everyhop_hsts always;';

/** These alone: what comes through an upgrade to HTTP/2 (h2c) no location and no rule would see. */
function webSockets(): string[] {
  const ways = ['websocket', 'WebSocket']; // RFC 6455 §4.2.1 has it in any case; these are met
  return [
    'set $everyhop_upgrade "";',
    ...ways.flatMap((way) => [`if ($http_upgrade = ${way}) {`, '    set $everyhop_upgrade upgrade;', '}']),
  ];
}

/** 308 keeps the method and the body (RFC 9110 §15.4.9); what says that it came by HTTPS already is not sent round in a circle. */
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
    'set $everyhop_hop "$scheme:$http_x_forwarded_proto:$host";',
    ...hosts.flatMap((host) => ['', 'http'].flatMap((proto) => leads(`= "http:${proto}:${host}"`))),
    ...(patterns.length > 0 ? leads(`~ "^http:(?:http)?:(?:${patterns.join('|')})$"`) : []),
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

/** What a `location` needs because a list of its own keeps it from inheriting the server's. */
export function locationInclude(site: string, directives: readonly string[]): string {
  return text([...head(site), ...directives]);
}

const originalPrefix = '#| ';

/** Stands in for directives that were the user's: they are kept in it word for word, as comments. */
export function replacedInclude(site: string, original: string, alsoSaid: readonly string[]): string {
  return text([
    ...head(site),
    toLatin1('# Stands in for: / 它替代了：'),
    ...original.split('\n').map((line) => originalPrefix + line),
    ...alsoSaid,
  ]);
}

/** undefined: the file stands in for nothing, its include was put in. */
export function originalOf(include: string): string | undefined {
  const lines = include.split('\n').filter((line) => line.startsWith(originalPrefix));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(originalPrefix.length)).join('\n');
}

function head(site: string): string[] {
  return [
    `# Managed by Everyhop for ${site}; changes in here are lost. To take it away: everyhop nginx undo ${site}`,
    `# 由 Everyhop 为 ${site} 管理，对本文件的修改会丢失。撤销：everyhop nginx undo ${site}`,
  ].map(toLatin1);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

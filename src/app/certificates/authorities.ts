import { text } from 'node:stream/consumers';
import { knownAuthorities, knownAuthority } from '../../acme/authorities.ts';
import { readText } from '../../base/files.ts';
import { Secret } from '../../base/redact.ts';
import type { ResolvedAuthority } from '../../certificates/issuers.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { closest } from '../../config/spelling.ts';

/** An account binding on the command line (RFC 8555 §7.3.4). */
export interface Binding {
  keyId: string;
  /** base64url. */
  macKey: Secret<string>;
}

/**
 * The binding of `--eab-kid` and `--eab-hmac-file`. The secret itself is never an argument: other users see those.
 * @param macKeyFile `-` for standard input.
 * @throws EveryhopError `certificates.binding-incomplete`, `file.*`.
 */
export async function readBinding(
  keyId: string | undefined,
  macKeyFile: string | undefined,
): Promise<Binding | undefined> {
  if (keyId === undefined && macKeyFile === undefined) return undefined;
  if (keyId === undefined || macKeyFile === undefined) throw certificatesError('certificates.binding-incomplete', {});
  const macKey = macKeyFile === '-' ? await text(process.stdin) : await readText(macKeyFile);
  return { keyId, macKey: new Secret(macKey.trim()) };
}

/**
 * The authorities named on the command line, beside those of a configuration.
 * @param options.binding for those that may need one.
 * @throws EveryhopError `certificates.unknown-authority`, `file.*`.
 */
export async function namedAuthorities(
  names: readonly string[],
  configured: Readonly<Record<string, ResolvedAuthority>>,
  { rootFile, binding }: { rootFile: string | undefined; binding: Binding | undefined },
): Promise<Record<string, ResolvedAuthority>> {
  const rootsPem = rootFile === undefined ? undefined : await readText(rootFile);
  const entries = names
    .filter((name) => name !== 'private')
    .map((name): [string, ResolvedAuthority] => {
      const known = knownAuthority(name);
      const own = configured[name];
      if (!own && !known && !URL.canParse(name)) throw unknownAuthority(name, Object.keys(configured));
      const mayNeedBinding = known?.needsBinding ?? true;
      return [
        name,
        {
          directoryUrl: own?.directoryUrl ?? known?.directoryUrl ?? name,
          rootsPem: rootsPem ?? own?.rootsPem,
          profile: own?.profile,
          preferredChain: own?.preferredChain,
          binding: (mayNeedBinding ? binding : undefined) ?? own?.binding,
          ...(own?.problem && !rootsPem && !binding && { problem: own.problem }),
        },
      ];
    });
  return { ...configured, ...Object.fromEntries(entries) };
}

function unknownAuthority(name: string, configured: readonly string[]): Error {
  const known = ['private', ...knownAuthorities.map(({ id }) => id), ...configured];
  const suggestion = closest(name, known);
  const names = known.join(', ');
  return suggestion === undefined
    ? certificatesError('certificates.unknown-authority', { name, known: names })
    : certificatesError('certificates.mistyped-authority', { name, suggestion, known: names });
}

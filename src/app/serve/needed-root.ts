import { X509Certificate } from 'node:crypto';
import { knownAuthority } from '../../acme/authorities.ts';
import type { Generation } from '../../certificates/generation.ts';
import { standInIssuer } from '../../certificates/stand-in.ts';
import { isFromSystemRoot, isIssuedBy, isSelfSigned, nameOf } from '../../certificates/system-roots.ts';

/** A root that clients need, although neither this machine nor Everyhop provides it. */
export interface NeededRoot {
  /** Its distinguished name. */
  name: string;
  /** A file named in the configuration that holds it. */
  file?: string;
}

/**
 * The root that clients need for a certificate; undefined for those of public authorities, and for private ones, whose root
 * Everyhop publishes.
 * @param files named in the configuration, with their text.
 */
export function neededRoot(
  { issuer, chainPem }: Pick<Generation, 'issuer' | 'chainPem'>,
  files: ReadonlyMap<string, string>,
): NeededRoot | undefined {
  const known = knownAuthority(issuer);
  if (issuer === 'private' || issuer === standInIssuer || (known && !known.isStaging)) return undefined;
  const top = certificatesIn(chainPem).at(-1);
  if (!top || isFromSystemRoot(top)) return undefined;
  const name = nameOf(isSelfSigned(top) ? top.subject : top.issuer);
  for (const [file, text] of files) {
    const holdsRoot = certificatesIn(text).some(
      (root) => root.fingerprint256 === top.fingerprint256 || isIssuedBy(top, root),
    );
    if (holdsRoot) return { name, file };
  }
  return { name };
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      return []; // the proof reports it
    }
  });
}

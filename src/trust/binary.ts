import { open } from 'node:fs/promises';
import { bundleVariables } from './bundle/paths.ts';

/** Facts about a compiled program, read without running it. */
export interface BinaryFacts {
  /** Recognised by Go's build information, or by the paths in Rust's panic messages. */
  language: 'go' | 'rust' | undefined;
  /** Bundle variables whose names the binary contains: a program that reads a variable contains its name. */
  variables: string[];
  /** Has compiled-in public roots. */
  ownRoots: boolean;
  /** Shared TLS libraries that it links. */
  libraries: string[];
  /** Contains a TLS client itself. */
  hasTls: boolean;
}

const goMark = '\xff Go buildinf:';
/** Source paths of the standard library, with the compiler's commit; or the compiler's version note. */
const rustMark = /\/rustc\/[\da-f]{40}\/|rustc version \d/;
/** Members of every public root set, from several authorities. A program with most of the names contains the set. */
const wellKnownRoots = ['ISRG Root X1', 'DigiCert Global Root G2', 'GTS Root R1', 'Amazon Root CA 1', 'SSL.com Root'];
const minKnownRoots = 3;
const verifyingLibraries = ['libssl.so', 'libgnutls.so', 'libcurl.so', 'libnss3.so', 'libmbedtls.so'];
/** In the messages of OpenSSL, BoringSSL and rustls. */
const tlsMarks = ['SSL_CTX_new', 'CERTIFICATE_VERIFY_FAILED', 'certificate verify failed', 'rustls'];
const magics = ['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe'];
const pieceBytes = 4 * 1024 * 1024;
/** Longer than any search string. */
const overlapBytes = 128;

/**
 * Scans an entire program file.
 * @returns undefined if it is neither ELF nor Mach-O, or cannot be read.
 */
export async function readBinary(file: string): Promise<BinaryFacts | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const piece = Buffer.alloc(pieceBytes);
    const seen = new Set<string>();
    const names = [
      goMark,
      ...Object.keys(bundleVariables('', true)),
      ...wellKnownRoots,
      ...verifyingLibraries,
      ...tlsMarks,
    ];
    let isRust = false;
    for (let at = 0; ; at += pieceBytes - overlapBytes) {
      const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
      const text = piece.toString('latin1', 0, bytesRead);
      if (at === 0 && !magics.some((magic) => text.startsWith(magic))) return undefined;
      for (const name of names) if (!seen.has(name) && text.includes(name)) seen.add(name);
      isRust ||= rustMark.test(text);
      if (bytesRead < pieceBytes) break;
    }
    const among = (list: readonly string[]): string[] => list.filter((name) => seen.has(name));
    return {
      language: seen.has(goMark) ? 'go' : isRust ? 'rust' : undefined,
      variables: among(Object.keys(bundleVariables('', true))),
      ownRoots: among(wellKnownRoots).length >= minKnownRoots,
      libraries: among(verifyingLibraries),
      hasTls: among(tlsMarks).length > 0,
    };
  } finally {
    await handle.close();
  }
}

import { open } from 'node:fs/promises';
import { bundleVariables } from './bundle/paths.ts';

/** What a compiled program says of itself, without being run. */
export interface BinaryFacts {
  /** By the build information of Go, or the paths that Rust leaves in its messages. */
  language: 'go' | 'rust' | undefined;
  /** The variables of a bundle that are named in it: whatever reads one has to name it. */
  variables: string[];
  /** Public roots are compiled in. */
  ownRoots: boolean;
  /** Shared libraries that verify for it. */
  libraries: string[];
}

const goMark = '\xff Go buildinf:';
/** The toolchain's own sources, by the commit of the compiler; and what the linker notes. */
const rustMark = /\/rustc\/[\da-f]{40}\/|rustc version \d/;
/** In every set of public roots, by several authorities: a program that names most of them has the set. */
const wellKnownRoots = ['ISRG Root X1', 'DigiCert Global Root G2', 'GTS Root R1', 'Amazon Root CA 1', 'SSL.com Root'];
const mostOfThem = 3;
const verifyingLibraries = ['libssl.so', 'libgnutls.so', 'libcurl.so', 'libnss3.so', 'libmbedtls.so'];
const magics = ['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe'];
const pieceBytes = 4 * 1024 * 1024;
/** Longer than anything that is looked for. */
const overlapBytes = 128;

/**
 * Reads a program through.
 * @returns undefined where it is none (ELF or Mach-O), or cannot be read.
 */
export async function readBinary(file: string): Promise<BinaryFacts | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const piece = Buffer.alloc(pieceBytes);
    const seen = new Set<string>();
    const names = [goMark, ...Object.keys(bundleVariables('', true)), ...wellKnownRoots, ...verifyingLibraries];
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
      ownRoots: among(wellKnownRoots).length >= mostOfThem,
      libraries: among(verifyingLibraries),
    };
  } finally {
    await handle.close();
  }
}

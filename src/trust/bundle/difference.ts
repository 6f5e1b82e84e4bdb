import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseCertificate } from '../../x509/certificate.ts';
import { subjectOf } from './judge.ts';
import type { Bundle } from './merge.ts';
import { bundlePaths } from './paths.ts';
import { pemPieces } from './pem-blocks.ts';

export interface RootLine {
  fingerprint: string;
  subject: string;
}

/** How one file changes. */
export interface FileCounts {
  before: number;
  now: number;
  gained: number;
  /** Subjects of roots that would disappear although they have not expired and are not distrusted. */
  lost: string[];
}

/** The changes from the published bundle to a new one. */
export interface Difference {
  /** Nothing was published before. */
  isFirst: boolean;
  added: RootLine[];
  removed: RootLine[];
  full: FileCounts;
  private: FileCounts;
}

/** Certificates of the published files, by fingerprint. */
export interface Published {
  full: Map<string, Buffer>;
  private: Map<string, Buffer>;
}

/** Reads the files that programs read, not the manifest. Of a damaged file, only the readable certificates count. */
export function readPublished(folder: string): Published {
  const paths = bundlePaths(folder);
  return { full: readCertificates(paths.full), private: readCertificates(paths.private) };
}

function readCertificates(file: string): Map<string, Buffer> {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return new Map(); // a problem with the folder shows when it is written
  }
  const pieces = [...pemPieces(text)].filter(({ fault }) => !fault);
  return new Map(pieces.map(({ der }) => [hash('sha256', der, 'hex'), der]));
}

/** `lost` leaves out roots that the bundle dropped: their findings report them. */
export function compare(published: Published, bundle: Bundle): Difference {
  const lineOf = (fingerprint: string, subject: string): RootLine => ({ fingerprint, subject });
  const now = new Map(bundle.anchors.map(({ certificate }) => [certificate.fingerprint, certificate]));
  const privateNow = bundle.anchors
    .filter(({ isPrivate }) => isPrivate)
    .map((anchor) => anchor.certificate.fingerprint);
  const explained = new Set(bundle.dropped.map(({ fingerprint }) => fingerprint));
  return {
    isFirst: published.full.size === 0,
    added: [...now.values()]
      .filter(({ fingerprint }) => !published.full.has(fingerprint))
      .map((certificate) => lineOf(certificate.fingerprint, subjectOf(certificate))),
    removed: [...published.full]
      .filter(([fingerprint]) => !now.has(fingerprint))
      .map(([fingerprint, der]) => lineOf(fingerprint, subjectOfDer(der))),
    full: count(published.full, new Set(now.keys()), explained),
    private: count(published.private, new Set(privateNow), explained),
  };
}

function count(
  before: ReadonlyMap<string, Buffer>,
  now: ReadonlySet<string>,
  explained: ReadonlySet<string | undefined>,
): FileCounts {
  const lost = [...before].filter(([fingerprint]) => !now.has(fingerprint) && !explained.has(fingerprint));
  return {
    before: before.size,
    now: now.size,
    gained: [...now].filter((fingerprint) => !before.has(fingerprint)).length,
    lost: lost.map(([, der]) => subjectOfDer(der)),
  };
}

function subjectOfDer(der: Buffer): string {
  try {
    return subjectOf(parseCertificate(der));
  } catch {
    return '?';
  }
}

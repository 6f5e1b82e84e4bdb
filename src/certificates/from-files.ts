import { createHash } from 'node:crypto';
import { EveryhopError } from '../base/errors.ts';
import { Secret } from '../base/redact.ts';
import type { CertificateFiles } from '../config/configuration.ts';
import { Fault } from '../hop/finding.ts';
import { isAddress } from '../names/address.ts';
import { beside, both, type CertificatePair, readPair } from './files/pair.ts';
import type { Generation } from './generation.ts';
import { certificateFilesError as filesError } from './messages.ts';
import { isFromSystemRoot, isSelfSigned, nameOf } from './system-roots.ts';
import { covers } from './verify.ts';

/** Issuer name for certificates from files that another program maintains. */
export const filesIssuer = 'files';

/** Share of a lifetime below which the rest is worth a warning. Programs renew at a third or earlier. */
const endingRatio = 1 / 6;

export interface FilesCertificate {
  generation: Generation;
  /** What clients object to at a time, or may. */
  findingsAt: (nowMs: number) => Fault[];
}

/**
 * Reads a certificate and its key that another program maintains, with a chain in any order. Stores nothing.
 * @throws EveryhopError `certificates.files-*` or `file.*` if the files cannot be served, with the place of the setting.
 */
export async function readCertificateFiles(
  names: readonly string[],
  files: CertificateFiles,
  nowMs: number,
): Promise<FilesCertificate> {
  try {
    const pair = await readPair(files);
    return {
      generation: toGeneration(names, pair, nowMs),
      findingsAt: (atMs) =>
        objections(names, pair, files, atMs).map(([severity, error]) => new Fault(severity, error.at(files.place))),
    };
  } catch (error) {
    throw error instanceof EveryhopError ? error.at(files.place) : error;
  }
}

function toGeneration(names: readonly string[], { chain, key }: CertificatePair, nowMs: number): Generation {
  const [leaf] = chain;
  const chainPem = chain.map(String).join('');
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' });
  return {
    chainPem,
    keyPem: new Secret(keyPem),
    serial: leaf.serialNumber.toLowerCase(),
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
    id: `${filesIssuer}-${createHash('sha256').update(chainPem).update(keyPem).digest('hex').slice(0, 32)}`,
    names: [...names].sort(),
    issuer: filesIssuer,
    createdMs: nowMs,
    revokedMs: undefined,
  };
}

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

/** Why clients refuse a pair that can be served. */
function objections(
  names: readonly string[],
  { chain }: CertificatePair,
  files: CertificateFiles,
  nowMs: number,
): ['error' | 'warning', EveryhopError][] {
  const [leaf] = chain;
  const pair = both(files);
  const newChain = beside(files.chainFile, '.new.pem');
  const found: ['error' | 'warning', EveryhopError][] = [];
  const [notBeforeMs, notAfterMs] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  if (nowMs >= notAfterMs) {
    found.push(['error', filesError('certificates.files-expired', { ...pair, date: day(notAfterMs) })]);
  } else if (nowMs < notBeforeMs) {
    const params = { ...pair, date: moment(notBeforeMs), now: moment(nowMs) };
    found.push(['error', filesError('certificates.files-not-yet-valid', params)]);
  } else if (notAfterMs - nowMs < (notAfterMs - notBeforeMs) * endingRatio) {
    found.push(['warning', filesError('certificates.files-ending', { ...pair, date: day(notAfterMs) })]);
  }
  const missing = names.filter((name) => !covers(leaf, name));
  if (leaf.subjectAltName === undefined) {
    const name = names.find((one) => !isAddress(one)) ?? 'chat.example.com';
    const params = { ...pair, name, newChain, subject: nameOf(leaf.subject) };
    found.push(['error', filesError('certificates.files-no-names', params)]);
  } else if (missing.length > 0) {
    const params = { ...pair, missing: missing.join(', '), covered: namesIn(leaf.subjectAltName) };
    found.push(['error', filesError('certificates.files-names-missing', params)]);
  }
  // Node names the extended usages `keyUsage`.
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages && !usages.includes(serverAuth) && !usages.includes(anyUsage)) {
    found.push(['error', filesError('certificates.files-not-for-servers', pair)]);
  }
  if (chain.length === 1 && !isSelfSigned(leaf) && !isFromSystemRoot(leaf)) {
    const params = { ...pair, newChain, issuer: nameOf(leaf.issuer) };
    found.push(['warning', filesError('certificates.files-issuer-missing', params)]);
  }
  return found;
}

function namesIn(subjectAltName: string): string {
  return subjectAltName.replaceAll(/(?:DNS|IP Address):/g, '');
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

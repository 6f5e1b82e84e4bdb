import { EveryhopError } from '../../base/errors.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { x509Error } from '../../x509/messages.ts';
import { readPkcs7 } from '../../x509/pkcs7.ts';
import { isPublic, placed, type Provenance, type ReadSource, RootFinding } from './anchor.ts';
import { containerOf } from './container.ts';
import { bundleError } from './messages.ts';
import { type PemPiece, pemPieces } from './pem-blocks.ts';

/** Per file; further findings are only counted. */
const limitFindings = 20;

/**
 * Reads certificates from the bytes of a file: PEM in UTF-8 or UTF-16, PKCS#7 in either form, or one certificate in DER.
 * @param origin without line and block.
 * @returns damaged blocks, keys and other content as findings: `refused` for private roots, `dropped` for public ones.
 */
export function readRoots(bytes: Buffer, origin: Provenance): ReadSource {
  const found: Reading = { roots: [], findings: [], unlisted: 0 };
  const wrongFile = (error: EveryhopError): ReadSource => {
    found.findings.push(new RootFinding('refused', error, origin));
    return found;
  };
  const file = origin.file ?? '';
  const options = placed(origin);
  if (bytes.length === 0) return wrongFile(bundleError('trust.source-empty', { file }, options));
  const text = decodeText(bytes);
  if (!text.includes('-----BEGIN ')) {
    const container = containerOf(bytes);
    if (container?.format === 'private key') {
      leaveOut(found, { ...origin, block: 1 }, bundleError('trust.block-holds-key', { block: 1 }, options));
      return found;
    }
    if (container?.format === 'PKCS#7') {
      readContainer(bytes, origin, found, container.command);
      return found;
    }
    if (container) {
      const command = container.command.replace('FILE', file);
      return wrongFile(bundleError('trust.source-format', { file, format: container.format, command }, options));
    }
    if (bytes[0] !== 0x30) return wrongFile(bundleError(codeOfText(bytes), { file }, options));
    readOne(bytes, { ...origin, block: 1 }, found);
    return found;
  }
  let block = 0;
  for (const piece of pemPieces(text)) {
    block++;
    // No bundle comes of these private roots any more; of public ones, the good blocks still count.
    const isEnough = found.findings.length >= limitFindings && (piece.fault !== undefined || !isPublic(origin));
    if (isEnough) found.unlisted++;
    else readPiece(piece, { ...origin, line: piece.line, block }, found);
  }
  if (found.unlisted > 0) {
    const error = bundleError('trust.more-findings', { count: found.unlisted }, placed(origin));
    found.findings.push(new RootFinding(isPublic(origin) ? 'dropped' : 'refused', error, origin));
  }
  return found;
}

interface Reading extends ReadSource {
  /** Blocks beyond the limit of findings. */
  unlisted: number;
}

/** Windows' "Unicode" files are UTF-16 with a byte order mark. */
function decodeText(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return isUtf16 ? bytes.toString('utf16le') : bytes.toString('latin1');
}

function codeOfText(bytes: Buffer): 'trust.source-no-certificate' | 'trust.source-unknown' {
  return bytes.subarray(0, 4096).includes(0) ? 'trust.source-unknown' : 'trust.source-no-certificate';
}

function readPiece(piece: PemPiece, source: Provenance, found: Reading): void {
  const block = source.block!;
  const file = source.file ?? '';
  if (piece.label.endsWith('PRIVATE KEY')) {
    return leaveOut(found, source, bundleError('trust.block-holds-key', { block }, placed(source)));
  }
  if (piece.fault) {
    const at = x509Error('x509.pem-garbage', { line: piece.fault.line });
    const place = { file, line: piece.fault.line };
    return leaveOut(found, source, bundleError('trust.block-broken', { block, reason: at.meaning }, { place }));
  }
  if (pkcs7Labels.has(piece.label)) {
    return readContainer(piece.der, source, found, 'openssl pkcs7 -in FILE -print_certs -out roots.pem');
  }
  if (piece.label !== 'CERTIFICATE' && piece.label !== 'X509 CERTIFICATE') {
    const params = { block, label: piece.label };
    return leaveOut(found, source, bundleError('trust.block-unexpected', params, placed(source)));
  }
  const isFirstGlued = piece.isGlued && !found.findings.some(({ error }) => error.code === 'trust.block-glued');
  if (isFirstGlued) {
    const error = bundleError('trust.block-glued', { block }, placed(source));
    found.findings.push(new RootFinding('noted', error, source));
  }
  readOne(piece.der, source, found);
}

/** The labels of OpenSSL and RFC 7468 §8, §9. */
const pkcs7Labels: ReadonlySet<string> = new Set(['PKCS7', 'PKCS #7 SIGNED DATA', 'CMS']);

/**
 * Every certificate of a PKCS#7 container, as if the file contained it directly.
 * @param command extracts them if we cannot: OpenSSL reads more than DER.
 */
function readContainer(bytes: Buffer, source: Provenance, found: Reading, command: string): void {
  const file = source.file ?? '';
  const options = placed(source);
  try {
    const certificates = readPkcs7(bytes);
    if (certificates.length === 0) {
      return leaveOut(found, source, bundleError('trust.source-no-certificate', { file }, options));
    }
    for (const [index, der] of certificates.entries())
      readOne(der, { ...source, block: source.block ?? index + 1 }, found);
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    const params = { file, format: 'PKCS#7', command: command.replace('FILE', file) };
    leaveOut(found, source, bundleError('trust.source-format', params, { ...options, cause: error }));
  }
}

function readOne(der: Buffer, source: Provenance, found: Reading): void {
  try {
    found.roots.push({ certificate: parseCertificate(der), source });
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    const params = { block: source.block!, reason: error.meaning };
    leaveOut(found, source, bundleError('trust.root-unreadable', params, { ...placed(source), cause: error }));
  }
}

function leaveOut(found: Reading, source: Provenance, error: EveryhopError): void {
  if (found.findings.length >= limitFindings) found.unlisted++;
  else found.findings.push(new RootFinding(isPublic(source) ? 'dropped' : 'refused', error, source));
}

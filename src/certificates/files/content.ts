import { createPrivateKey, X509Certificate } from 'node:crypto';
import { EveryhopError } from '../../base/errors.ts';
import { decodePem, encodePem } from '../../x509/pem.ts';

/** What the operator put into a file that should hold PEM. */
export type FileContent =
  | { kind: 'pem'; text: string; certificates: X509Certificate[]; labels: string[] }
  | { kind: 'damaged'; line: number }
  | { kind: 'empty' | 'pkcs12' | 'pkcs7' | 'keystore' | 'der-certificate' | 'der-key' | 'utf-16' | 'html' | 'other' };

const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE'];

/** Recognises the content of a file. Never throws. */
export function recognise(bytes: Buffer): FileContent {
  const text = bytes.toString('utf8');
  if (text.replace(/^\uFEFF/, '').trim() === '') return { kind: 'empty' };
  if (bytes[0] === 0x30) return { kind: recogniseDer(bytes) };
  const mark = bytes.subarray(0, 4).toString('hex');
  if (mark.startsWith('fffe') || mark.startsWith('feff')) return { kind: 'utf-16' };
  if (mark === 'feedfeed' || mark === 'cececece') return { kind: 'keystore' };
  if (/^\s*<(?:!doctype|html)/i.test(text)) return { kind: 'html' };
  if (!text.includes('-----BEGIN ')) return { kind: 'other' };
  return recognisePem(text);
}

function recognisePem(text: string): FileContent {
  try {
    const blocks = decodePem(text);
    const labels = blocks.map(({ label }) => label);
    if (labels.includes('PKCS7')) return { kind: 'pkcs7' };
    const certificates: X509Certificate[] = [];
    for (const { label, der, line } of blocks) {
      if (!certificateLabels.includes(label)) continue;
      const certificate = readCertificate(der);
      if (!certificate) return { kind: 'damaged', line };
      certificates.push(certificate);
    }
    return { kind: 'pem', text, certificates, labels };
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return { kind: 'damaged', line: Number(error.params['line'] ?? 1) };
  }
}

function readCertificate(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(encodePem('CERTIFICATE', der));
  } catch {
    return undefined;
  }
}

const version3 = Buffer.from('020103', 'hex');
const signedData = Buffer.from('06092a864886f70d010702', 'hex');

function recogniseDer(bytes: Buffer): 'pkcs12' | 'pkcs7' | 'der-certificate' | 'der-key' | 'other' {
  // The header is the tag and one to five octets of length.
  const inside = (start: Buffer): boolean => {
    const at = bytes.subarray(0, 6 + start.length).indexOf(start);
    return at >= 2 && at <= 6;
  };
  if (inside(version3)) return 'pkcs12';
  if (inside(signedData)) return 'pkcs7';
  if (readCertificate(bytes)) return 'der-certificate';
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      createPrivateKey({ key: bytes, format: 'der', type });
      return 'der-key';
    } catch {
      // the next form
    }
  }
  return 'other';
}

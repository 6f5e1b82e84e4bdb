import { EveryhopError } from '../base/errors.ts';
import { x509Error } from './messages.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY` … */
  label: string;
  der: Buffer;
  /** Line of BEGIN, from 1. */
  line: number;
}

const begin = /^-----BEGIN ([A-Z0-9 ]+)-----\s*$/;
const headerLine = /^[A-Za-z0-9-]+: /;

/**
 * Reads all blocks of a PEM text (RFC 7468). Allows CRLF, a byte order mark, and text before, between and after blocks.
 * @throws EveryhopError `x509.pem-garbage` with the line of invalid base64, or of a block without END.
 */
export function decodePem(text: string): PemBlock[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const blocks: PemBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const label = begin.exec(lines[index]!)?.[1];
    if (label === undefined) {
      if (lines[index]!.includes('-----BEGIN ')) throw garbage(index); // no line break after the previous block
      continue;
    }
    let end = index + 1;
    while (end < lines.length && !lines[end]!.startsWith('-----')) end++;
    if (end === lines.length) throw garbage(index);
    if (lines[end]!.trimEnd() !== `-----END ${label}-----`) throw garbage(end);
    blocks.push({ label, der: decodeBody(lines, index + 1, end), line: index + 1 });
    index = end;
  }
  return blocks;
}

function garbage(index: number): EveryhopError {
  return x509Error('x509.pem-garbage', { line: index + 1 });
}

function decodeBody(lines: string[], start: number, end: number): Buffer {
  let first = start;
  while (first < end && headerLine.test(lines[first]!)) first++; // RFC 1421 headers of old encrypted keys
  const body: string[] = [];
  let isPadded = false;
  for (let index = first; index < end; index++) {
    const line = lines[index]!.trim();
    if ((isPadded && line !== '') || !/^[A-Za-z0-9+/]*={0,2}$/.test(line)) throw garbage(index);
    isPadded ||= line.endsWith('=');
    body.push(line);
  }
  const base64 = body.join('');
  if (base64.length % 4 !== 0 || base64 === '') throw garbage(end);
  return Buffer.from(base64, 'base64');
}

/** One block with 64 characters per line and a final newline, so blocks can be concatenated. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

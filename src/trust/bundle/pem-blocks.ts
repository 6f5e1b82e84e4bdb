/** One block of a PEM text, or its fault. */
export interface PemPiece {
  label: string;
  /** Line of its BEGIN, from 1. */
  line: number;
  /** Empty where `fault` says why it could not be read. */
  der: Buffer;
  fault: { what: 'no-end' | 'no-base64'; line: number } | undefined;
  /** Its BEGIN follows an END on the same line. */
  isGlued: boolean;
}

const opening = '-----BEGIN ';
const dashes = '-----';

/**
 * Reads a PEM text (RFC 7468) block by block, so that a damaged block does not hide the others; x509's `decodePem` stops at
 * the first. Separates blocks even if the newline between them is missing. Accepts any line ending, and any text around blocks.
 */
export function* pemPieces(given: string): Generator<PemPiece> {
  const text = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
  const lineAt = lineCounter(text);
  let start = text.indexOf(opening);
  while (start >= 0) {
    const { line, lineStart } = lineAt(start);
    const isGlued = text.startsWith('-----END ', lineStart) && lineStart < start;
    const next = text.indexOf(opening, start + opening.length);
    // Never looks beyond the next BEGIN: otherwise a file of BEGIN lines alone would take quadratic time.
    const piece = text.slice(start + opening.length, next < 0 ? text.length : next);
    yield { line, isGlued, ...readPiece(piece, line) };
    start = next;
  }
}

/** The text after a `BEGIN `: label, body, END, and the rest. */
function readPiece(piece: string, line: number): Pick<PemPiece, 'label' | 'der' | 'fault'> {
  const labelEnd = piece.indexOf(dashes);
  const label = labelEnd < 0 ? '' : piece.slice(0, labelEnd);
  const end = /^[A-Z0-9 #]{1,64}$/.test(label) ? piece.indexOf(`-----END ${label}-----`, labelEnd + dashes.length) : -1;
  if (end < 0) return { label, der: Buffer.alloc(0), fault: { what: 'no-end', line } };
  const body = piece.slice(labelEnd + dashes.length, end);
  const der = decodeBase64(body);
  if (der) return { label, der, fault: undefined };
  return { label, der: Buffer.alloc(0), fault: { what: 'no-base64', line: line + faultyLine(body) } };
}

/** Counts on from the last requested position, so that a file of many blocks is scanned once. */
function lineCounter(text: string): (position: number) => { line: number; lineStart: number } {
  let line = 1;
  let lineStart = 0;
  let newline = text.indexOf('\n');
  return (position) => {
    while (newline >= 0 && newline < position) {
      line++;
      lineStart = newline + 1;
      newline = text.indexOf('\n', lineStart);
    }
    return { line, lineStart };
  };
}

/** Strict: padded, and only base64 characters. Characters that Node skips show in the length. */
function decodeBase64(body: string): Buffer | undefined {
  const base64 = body.replaceAll(/\s+/g, '');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(base64, 'base64');
  const isWhole = base64.length > 0 && base64.length % 4 === 0 && bytes.length === (base64.length / 4) * 3 - padding;
  return isWhole && !/[-_]/.test(base64) ? bytes : undefined; // base64url, which Node also decodes
}

/** Lines from the BEGIN to the first that is not base64, or to the END if only the length is wrong. */
function faultyLine(body: string): number {
  const lines = body.split('\n');
  const at = lines.findIndex((line) => !/^[A-Za-z0-9+/=\s]*$/.test(line));
  return at < 0 ? lines.length - 1 : at;
}

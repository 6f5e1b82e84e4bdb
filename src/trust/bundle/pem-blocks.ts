/** One block of a PEM text, or what is wrong with it. */
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
 * Reads a PEM text (RFC 7468) block by block, so that one that is damaged does not hide the others: `decodePem` of x509
 * stops at the first. Blocks whose newline got lost between them are told apart. Any line ends, any text around blocks.
 */
export function* pemPieces(given: string): Generator<PemPiece> {
  const text = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
  const lineAt = lineCounter(text);
  let start = text.indexOf(opening);
  while (start >= 0) {
    const { line, lineStart } = lineAt(start);
    const isGlued = text.startsWith('-----END ', lineStart) && lineStart < start;
    const next = text.indexOf(opening, start + opening.length);
    // Never looks beyond the next BEGIN: else a file of nothing but BEGINs would take the square of its length.
    const piece = text.slice(start + opening.length, next < 0 ? text.length : next);
    yield { line, isGlued, ...readPiece(piece, line) };
    start = next;
  }
}

/** What follows a `BEGIN `: label, body, END and whatever comes after it. */
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

/** Counts up from the last position asked for: a file of many blocks is walked once. */
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

/** Strict: padded, nothing but its letters. What Node leaves out while decoding shows by the length. */
function decodeBase64(body: string): Buffer | undefined {
  const base64 = body.replaceAll(/\s+/g, '');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(base64, 'base64');
  const isWhole = base64.length > 0 && base64.length % 4 === 0 && bytes.length === (base64.length / 4) * 3 - padding;
  return isWhole && !/[-_]/.test(base64) ? bytes : undefined; // of base64url, which Node reads too
}

/** Lines between the BEGIN and the first that is no base64; the END's, where only the length is wrong. */
function faultyLine(body: string): number {
  const lines = body.split('\n');
  const at = lines.findIndex((line) => !/^[A-Za-z0-9+/=\s]*$/.test(line));
  return at < 0 ? lines.length - 1 : at;
}

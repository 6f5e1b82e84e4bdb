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
  const countLines = lineCounter(text);
  let start = text.indexOf(opening);
  while (start >= 0) {
    const line = countLines(start);
    const lineStart = text.lastIndexOf('\n', start) + 1;
    const isGlued = start > lineStart && text.slice(lineStart, start).startsWith('-----END ');
    const labelStart = start + opening.length;
    const labelEnd = text.indexOf(dashes, labelStart);
    const label = labelEnd < 0 ? '' : text.slice(labelStart, labelEnd);
    const isLabel = /^[A-Z0-9 ]{1,64}$/.test(label);
    const next = text.indexOf(opening, labelStart);
    const bodyStart = labelEnd + dashes.length;
    const end = isLabel ? text.indexOf(`-----END ${label}-----`, bodyStart) : -1;
    if (end < 0 || (next >= 0 && next < end)) {
      yield { label, line, der: Buffer.alloc(0), fault: { what: 'no-end', line }, isGlued };
    } else {
      const body = text.slice(bodyStart, end);
      const der = decodeBase64(body);
      const fault = der ? undefined : ({ what: 'no-base64', line: line + faultyLine(body) } as const);
      yield { label, line, der: der ?? Buffer.alloc(0), fault, isGlued };
    }
    start = next;
  }
}

/** Counts up from the last position asked for: a file of many blocks is walked once. */
function lineCounter(text: string): (position: number) => number {
  let line = 1;
  let counted = 0;
  return (position) => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < position; at = text.indexOf('\n', counted)) {
      line++;
      counted = at + 1;
    }
    return line;
  };
}

function decodeBase64(body: string): Buffer | undefined {
  const base64 = body.replaceAll(/\s+/g, '');
  const isWhole = base64 !== '' && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isWhole ? Buffer.from(base64, 'base64') : undefined;
}

/** Lines between the BEGIN and the first that is no base64; the END's, where only the length is wrong. */
function faultyLine(body: string): number {
  const lines = body.split('\n');
  const at = lines.findIndex((line) => !/^[A-Za-z0-9+/=\s]*$/.test(line));
  return at < 0 ? lines.length - 1 : at;
}

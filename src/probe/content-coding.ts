import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Answer } from './answer.ts';

/** More of them would be an attack. */
const mostCodings = 3;

export interface DecodedBody {
  body: Buffer;
  /** The body is longer, or was already cut. */
  isCut: boolean;
  /** The body is not in the coding named in its header. */
  isDamaged: boolean;
}

/**
 * The body without its content codings (RFC 9110 §8.4), at most `limitBytes`. A body in an unknown coding is returned
 * unchanged.
 */
export async function decodeBody(
  { body, headers, isCut }: Pick<Answer, 'body' | 'headers' | 'isCut'>,
  limitBytes: number,
): Promise<DecodedBody> {
  const codings = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  const decoders = codings
    .filter((coding) => coding !== '' && coding !== 'identity')
    .map(decoderOf)
    .toReversed();
  const isKnown = decoders.length <= mostCodings && decoders.every((decoder) => decoder !== undefined);
  let decoded = { body, isCut, isDamaged: false };
  for (const decoder of isKnown ? decoders : []) {
    const next = await decode(decoded.body, decoder(), limitBytes);
    decoded = { ...next, isCut: decoded.isCut || next.isCut };
    if (next.isDamaged) break;
  }
  const isTooLong = decoded.body.length > limitBytes;
  return isTooLong ? { ...decoded, body: decoded.body.subarray(0, limitBytes), isCut: true } : decoded;
}

async function decode(coded: Buffer, decoder: Transform, limitBytes: number): Promise<DecodedBody> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const decoded = { body: coded, isCut: false, isDamaged: false };
  decoder.end(coded);
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      pieces.push(piece.subarray(0, limitBytes - bytes));
      bytes += piece.length;
      decoded.isCut = bytes > limitBytes;
      if (decoded.isCut) break;
    }
  } catch {
    decoded.isDamaged = true;
  }
  return { ...decoded, body: Buffer.concat(pieces) };
}

/** The decoders return the beginning of a truncated body instead of failing: the probe may have cut it. */
function decoderOf(coding: string): (() => Transform) | undefined {
  const { Z_SYNC_FLUSH: finishFlush, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return () => createGunzip({ finishFlush });
    case 'deflate':
      return () => createInflate({ finishFlush });
    case 'br':
      return () => createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return () => createZstdDecompress({ finishFlush: ZSTD_e_flush });
    default:
      return undefined;
  }
}

import { request, type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { publicRoots, verifiedConnection } from '../../../probe/verified.ts';
import { lookup } from '../../upstream/names.ts';

/** The keys of large providers take some 10 KB. */
export const limitBytes = 512 * 1024;

/** The provider's answer is longer than `limitBytes`. */
export class TooLarge extends Error {}

/**
 * `fetch` for the requests to a provider: over verified TLS, limited in size, without redirects. `options.signal` limits the time.
 * @param rootsPem undefined: Mozilla's roots and those of the machine.
 */
export function verifiedFetch(rootsPem: string | undefined): CustomFetch {
  return async (url, options) => {
    const { body } = options;
    const sent = body instanceof URLSearchParams ? body.toString() : body;
    if (sent !== undefined && sent !== null && typeof sent !== 'string') throw new TypeError('body must be text');
    const settings: RequestOptions & { autoSelectFamily: true } = {
      method: options.method,
      headers: { ...options.headers, ...(sent && { 'content-length': String(Buffer.byteLength(sent)) }) },
      signal: signalOf(options),
      agent: false,
      autoSelectFamily: true,
      lookup,
      ...verifiedConnection,
      ca: rootsPem ?? publicRoots(),
      maxHeaderSize: 16 * 1024,
    };
    const asked = request(url, settings);
    return new Promise<Response>((resolve, reject) => {
      asked.on('error', reject);
      asked.on('response', (answer) => {
        const headers = new Headers();
        for (let at = 0; at < answer.rawHeaders.length; at += 2)
          headers.append(answer.rawHeaders[at]!, answer.rawHeaders[at + 1]!);
        const status = answer.statusCode!;
        bytesOf(answer).then(
          (bytes) => resolve(new Response(bodiless.has(status) ? null : new Uint8Array(bytes), { status, headers })),
          reject,
        );
      });
      asked.end(sent ?? undefined);
    });
  };
}

/** `Response` refuses a body for these. */
const bodiless = new Set([204, 205, 304]);

/** Declared optional and possibly undefined by the library. */
function signalOf({ signal }: CustomFetchOptions): AbortSignal {
  if (!signal) throw new TypeError('a request to a provider needs a time limit');
  return signal;
}

async function bytesOf(answer: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limitBytes) throw new TooLarge('answer too large'); // which destroys the stream
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

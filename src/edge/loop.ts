import { createHash } from 'node:crypto';
import type { Fields } from './http1/head.ts';
import type { EdgeSnapshot } from './snapshot.ts';

/** An app may call itself through the edge with the fields of the request that it answers, but not forever. */
const passesLimit = 5;

const markers = new WeakMap<EdgeSnapshot, string>();

/**
 * The name of this program in CDN-Loop (RFC 8586). That field has no other effect on apps, unlike Via, for which web
 * servers switch compression off.
 */
export function loopMarker(snapshot: EdgeSnapshot): string {
  let marker = markers.get(snapshot);
  if (marker === undefined) {
    marker = `everyhop-${createHash('sha256').update(snapshot.proofToken).digest('hex').slice(0, 16)}`;
    markers.set(snapshot, marker);
  }
  return marker;
}

/**
 * True if the request has come through this program too often.
 * @param redirects the answer would be a redirect, which the app would hand to the visitor again and again.
 */
export function isLoop(snapshot: EdgeSnapshot, fields: Fields, redirects: boolean): boolean {
  let passes = 0;
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'cdn-loop') continue;
    passes += fields[at + 1]!.split(loopMarker(snapshot)).length - 1;
  }
  return passes >= (redirects ? 1 : passesLimit);
}

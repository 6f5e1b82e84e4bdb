import type { Reading } from './reading.ts';

/**
 * Reads a path prefix: starts with `/`, comes out percent-encoded as a client would send it and without a final slash
 * (but `/` stays). Dot segments, queries and patterns are refused: a request's path is compared as it stands.
 */
export function readPath(text: string): Reading<string> {
  if (text.includes('*')) return { problem: 'config.path-pattern' };
  if (!/^\/(?!\/)[^\s?#\\]*$/.test(text)) return { problem: 'config.bad-path' };
  const encoded = new URL(`http://any.invalid${text}`).pathname;
  const dots = text.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  return dots ? { problem: 'config.bad-path' } : { value: encoded === '/' ? '/' : encoded.replace(/\/+$/, '') };
}

import type { Reading } from './reading.ts';

/**
 * Parses a path prefix. The result is percent-encoded as sent by clients, without a final slash (except for `/`).
 * Rejects dot segments, queries and patterns, because request paths are compared literally.
 */
export function readPath(text: string): Reading<string> {
  if (text.includes('*')) return { problem: 'config.path-pattern' };
  if (!/^\/(?!\/)[^\s?#\\]*$/.test(text)) return { problem: 'config.bad-path' };
  const encoded = new URL(`http://any.invalid${text}`).pathname;
  const dots = text.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  return dots ? { problem: 'config.bad-path' } : { value: encoded === '/' ? '/' : encoded.replace(/\/+$/, '') };
}

import { mayNameHost } from '../../path-views.ts';
import { isLogInPath } from './paths.ts';

/** Longer ones would not fit into a cookie with the rest. */
const mostCharacters = 1500;

/**
 * The request target to return to after the log-in: a path of this site as it was visited, with its query; `/` for anything that some
 * browser or app might take for another address.
 */
export function safeReturnPath(target: string): string {
  // Browsers drop control characters and read backslashes as slashes.
  if (target.length > mostCharacters || !/^\/(?![/\\])[!-[\]-~]*$/.test(target)) return '/';
  const [path = ''] = target.split(/[?#]/, 1);
  return mayNameHost(path) || isLogInPath(path) ? '/' : target;
}

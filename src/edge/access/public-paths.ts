import { folded, longest, pathViews, type Prefix, prefixOf, trimmed } from '../path-views.ts';

/**
 * Returns a predicate: is a path under one of these prefixes in every reading? The app might be the program that reads it in
 * another way, and that reading may be of a path that is not public.
 */
export function publicPaths(prefixes: readonly string[]): (path: string) => boolean {
  const exact = prefixes.map(prefixOf);
  const alike = exact.map(({ length, forms }): Prefix => {
    const seen = forms.map(folded);
    return { length, forms: [...seen, ...seen.map(trimmed)] };
  });
  return (path) => {
    const views = pathViews(path);
    if (!views) return false;
    return views.every((view) => {
      if (longest(exact, view) === 0) return false;
      const seen = folded(view);
      return longest(alike, seen) > 0 && longest(alike, trimmed(seen)) > 0;
    });
  };
}

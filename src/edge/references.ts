/** The fields of a response that contain references to pages and files, besides Location and cookies. */

/** Maps one reference, a path or a URL; others stay as they are. */
export type Rewrite = (reference: string) => string;

const whole = (value: string, rewrite: Rewrite): string => rewrite(value);

/** By lower-case name. Every reference in a value goes through `rewrite`. */
export const referenceFields: ReadonlyMap<string, (value: string, rewrite: Rewrite) => string> = new Map([
  ['location', whole],
  ['content-location', whole],
  ['refresh', inRefresh],
  ['link', inLink],
  // The largest scope of a service worker: at /, it would take over the other apps of the name.
  ['service-worker-allowed', whole],
  ['sourcemap', whole],
  ['x-sourcemap', whole],
  // htmx
  ['hx-redirect', whole],
  ['hx-location', inHtmxLocation],
  ['hx-push-url', whole],
  ['hx-replace-url', whole],
]);

/** `5; url=/login`; browsers also accept a comma, quotes, and no `url=`. */
function inRefresh(value: string, rewrite: Rewrite): string {
  const match = /^(\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?)(["']?)([^"']*)\2(.*)$/is.exec(value);
  if (!match) return value;
  const [, before, quote, reference, after] = match as unknown as [string, string, string, string, string];
  return `${before}${quote}${rewrite(reference)}${quote}${after}`;
}

/**
 * RFC 8288 §3: `<reference>; parameters, …`. Quoted parameters may contain anything. A quote that nothing closes goes to the end:
 * looking for its end from each quote anew would take seconds for a long value.
 */
function inLink(value: string, rewrite: Rewrite): string {
  return value.replace(/"(?:[^"\\]|\\.)*"?|<([^<>]*)>/g, (part, reference?: string) =>
    reference === undefined ? part : `<${rewrite(reference)}>`,
  );
}

/** A path, or JSON with a path. */
function inHtmxLocation(value: string, rewrite: Rewrite): string {
  if (!value.startsWith('{')) return rewrite(value);
  return value.replace(
    /("path"\s*:\s*")((?:[^"\\]|\\.)*)/,
    (_, before: string, path: string) => before + rewrite(path),
  );
}

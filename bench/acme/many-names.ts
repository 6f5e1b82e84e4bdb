/** The present, for the benchmark with very many certificates. */
export const nowMs = Date.parse('2026-06-01T00:00:00Z');

/** Two names each, as a site and its `www`. */
export function nameSets(count: number): string[][] {
  return Array.from({ length: count }, (_, index) => {
    const name = `site-${String(index).padStart(6, '0')}.example.com`;
    return [name, `www.${name}`];
  });
}

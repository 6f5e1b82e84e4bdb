/** A SHA-256 in lines that two people, or one person with two screens, can compare: four lines of four groups of four. */
export function fingerprintLines(hex: string): string[] {
  const groups = hex.toUpperCase().match(/.{4}/g) ?? [];
  return Array.from({ length: Math.ceil(groups.length / 4) }, (_, line) =>
    groups.slice(line * 4, line * 4 + 4).join(' '),
  );
}

/** Compares what a document shows with what a command printed: the same words, with other numbers, dates and hashes. */

/** The first shown line that the output lacks, in order. `…` stands for anything. */
export function difference(shown: string, printed: string): string | undefined {
  const lines = printed.split('\n').map((line) => line.trim());
  let at = 0;
  for (const line of shown.split('\n')) {
    if (line.trim() === '' || line.trim() === '…') continue;
    const pattern = patternOf(line.trim());
    const found = lines.findIndex((candidate, index) => index >= at && pattern.test(candidate));
    if (found === -1) return line;
    at = found + 1;
  }
  return undefined;
}

function patternOf(line: string): RegExp {
  const escaped = line.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const loose = escaped
    .replaceAll('…', '\u0000')
    .replaceAll(/[0-9a-f]{4,}(?::[0-9a-f:]+)?|\d+/gi, (word) => (/\d/.test(word) ? '[0-9a-fA-F:]+' : word))
    .replaceAll('\u0000', '.*')
    .replaceAll(/\s+/g, String.raw`\s+`);
  return new RegExp(`^${loose}$`);
}

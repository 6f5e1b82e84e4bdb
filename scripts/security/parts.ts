/** Generated parts of a page stand between `<!-- NAME: … -->` and `<!-- end of NAME -->`. */
export function replacePart(page: string, name: string, text: string): string {
  const start = new RegExp(`^<!-- ${name}: .*-->\n`, 'm').exec(page);
  const end = start ? page.indexOf(`<!-- end of ${name} -->`, start.index) : -1;
  if (!start || end < 0) throw new Error(`no place for ${name}`);
  return `${page.slice(0, start.index + start[0].length)}\n${text}\n\n${page.slice(end)}`;
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

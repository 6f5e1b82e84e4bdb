/** The title of a page; '' if it has none. The bounds keep the time linear in a page of opening tags. */
export function titleOf(page: string): string {
  return /<title[^<>]{0,200}>([^<]*)/i.exec(page)?.[1] ?? '';
}

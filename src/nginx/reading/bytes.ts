/** Within this room the text of files is their bytes, each as one character (latin1), so that none is lost whatever they mean. */
export function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What a person is shown of such bytes. */
export function shown(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

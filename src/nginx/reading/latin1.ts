/** Converts UTF-8 text to latin1, one character per byte. File contents keep this form, so that no byte is lost in any encoding. */
export function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Converts latin1 bytes to text for display. */
export function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

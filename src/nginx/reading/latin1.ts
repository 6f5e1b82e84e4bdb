/** Converts text to its UTF-8 bytes as latin1, one character each. File contents have this form, so that no byte is lost. */
export function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Converts latin1 bytes to text for display. */
export function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** Whether a text can name an access key: in a field value, as a word in a log, and as an argument. */
export function isKeyName(text: string): boolean {
  return /^[A-Za-z0-9][\w.@+-]{0,63}$/.test(text);
}

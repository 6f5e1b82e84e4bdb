/**
 * A text from elsewhere (a file, an answer) as it can be shown on a terminal: what would command it, or turn the direction of
 * writing, stands there as `\u001b`. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\r(?!\n)/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

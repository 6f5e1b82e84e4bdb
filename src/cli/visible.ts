/**
 * Escapes control, bidirectional and invisible characters in text from outside (a file, a server's answer) as `\u001b`, so that it
 * can neither control the terminal nor look like other text. Line breaks and tabs stay. In JSON, the escape means the
 * character itself.
 */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]|\r(?!\n)/g,
    (found) =>
      Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
        '',
      ),
  );
}

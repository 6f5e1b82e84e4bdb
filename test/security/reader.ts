export interface Reader {
  name: string;
  /** In src/. */
  file: string;
  /** The largest input, in bytes, that its callers accept; a smaller one where linear time shows sooner. */
  bytes: number;
  input: (bytes: number) => Buffer;
  read: (input: Buffer) => unknown;
}

export const repeat = (text: string, bytes: number): Buffer => Buffer.alloc(bytes, text, 'latin1');
export const framed = (start: string, text: string, bytes: number, end: string): Buffer =>
  Buffer.concat([Buffer.from(start), repeat(text, bytes), Buffer.from(end)]);

export const whole = (text: string, bytes: number): Buffer => Buffer.from(text.repeat(bytes / text.length));

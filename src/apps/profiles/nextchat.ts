import { titled } from '../marks.ts';
import { mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'nextchat',
  title: 'NextChat',
  ports: [3000],
  streaming: ['sse'],
  // What its own routes wait for a model.
  readTimeoutSeconds: 600,
  maxBodyBytes: 64 * mebibyte,
  seen: 'documented',
  marks: [titled(/^(?:NextChat|ChatGPT Next Web)\b/)],
} satisfies KnownApp;

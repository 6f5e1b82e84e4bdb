import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'lobechat',
  title: 'LobeChat',
  ports: [3210],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 64 * mebibyte,
  bind: 'HOSTNAME=127.0.0.1',
  login: 'optional',
  basis: 'documented',
  marks: [titled(/\bLobe(?:Chat|Hub)\b/)],
} satisfies KnownApp;

import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'librechat',
  title: 'LibreChat',
  ports: [3080],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 512 * mebibyte,
  basis: 'documented',
  marks: [titled(/^LibreChat\b/)],
} satisfies KnownApp;

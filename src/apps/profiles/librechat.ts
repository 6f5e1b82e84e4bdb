import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'librechat',
  title: 'LibreChat',
  ports: [3080],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 512 * mebibyte,
  bind: 'HOST=127.0.0.1 (.env)',
  login: 'own',
  basis: 'documented',
  marks: [titled(/^LibreChat\b/)],
} satisfies KnownApp;

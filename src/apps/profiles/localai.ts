import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'localai',
  title: 'LocalAI',
  ports: [8080],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  bind: '--address 127.0.0.1:8080',
  login: 'optional',
  openPath: '/v1/models',
  // Reads X-Forwarded-Prefix.
  subPath: {},
  basis: 'documented',
  marks: [titled(/^LocalAI\b/)],
} satisfies KnownApp;

import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'anythingllm',
  title: 'AnythingLLM',
  ports: [3001],
  streaming: ['sse', 'websocket'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 3072 * mebibyte,
  bind: 'docker run -p 127.0.0.1:3001:3001',
  login: 'optional',
  basis: 'documented',
  marks: [titled(/^AnythingLLM\b/)],
} satisfies KnownApp;

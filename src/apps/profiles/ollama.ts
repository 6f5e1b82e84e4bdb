import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'ollama',
  title: 'Ollama',
  ports: [11434],
  streaming: ['ndjson', 'sse'],
  // It loads the model before the first token.
  readTimeoutSeconds: hourSeconds,
  // Creating a model uploads large blobs.
  maxBodyBytes: 0,
  // While it listens on loopback, it answers any other Host with 403; and a foreign Origin always.
  upstreamHost: 'localhost',
  origin: true,
  bind: 'OLLAMA_HOST=127.0.0.1',
  login: 'none',
  subPath: {},
  basis: 'measured',
  marks: [{ path: '/', isIn: ({ body }) => body.trim() === 'Ollama is running' }],
} satisfies KnownApp;

import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'ollama',
  title: 'Ollama',
  ports: [11434],
  streaming: ['ndjson', 'sse'],
  // A model is loaded before the first token.
  readTimeoutSeconds: hourSeconds,
  // Models are created from blobs that are sent to it.
  maxBodyBytes: 0,
  // It answers 403 to other names while it listens on loopback.
  upstreamHost: 'localhost:11434',
  seen: 'documented',
  marks: [{ path: '/', isIn: ({ body }) => body.trim() === 'Ollama is running' }],
} satisfies KnownApp;

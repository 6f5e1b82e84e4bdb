import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'dify',
  title: 'Dify',
  ports: [80],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 100 * mebibyte,
  basis: 'documented',
  marks: [{ path: '/', isIn: ({ title, body }) => /\bDify$/.test(title) || /app-title" content="Dify"/.test(body) }],
} satisfies KnownApp;

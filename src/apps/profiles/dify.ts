import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'dify',
  title: 'Dify',
  ports: [80],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 100 * mebibyte,
  bind: 'EXPOSE_NGINX_PORT=127.0.0.1:80 (docker/.env)',
  login: 'own',
  basis: 'documented',
  marks: [{ path: '/', isIn: ({ title, body }) => /\bDify$/.test(title) || /app-title" content="Dify"/.test(body) }],
} satisfies KnownApp;

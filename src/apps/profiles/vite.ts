import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'vite',
  title: 'Vite',
  ports: [5173],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  // Any Host but localhost and addresses is answered with 403, unless server.allowedHosts lists it.
  upstreamHost: 'localhost',
  bind: '--host 127.0.0.1',
  login: 'none',
  subPath: { setting: '--base={path}/', keepsPath: true },
  basis: 'documented',
  isFramework: true,
  marks: [{ path: '/', isIn: ({ body }) => /<script type="module" src="[^"]*\/@vite\/client">/.test(body) }],
} satisfies KnownApp;

import { has, titled } from '../marks.ts';
import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'code-server',
  title: 'code-server',
  ports: [8080],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  // Compares Origin with the host in Forwarded and X-Forwarded-Host, so both stay the visitor's.
  bind: '--bind-addr 127.0.0.1:8080',
  login: 'own',
  // Its pages are relative; --abs-proxy-base-path is for what runs behind its /absproxy.
  subPath: {},
  basis: 'measured',
  marks: [
    titled(/^code-server(?: login)?$/),
    { path: '/healthz', isIn: ({ json }) => has(json, 'lastHeartbeat') && has(json, 'status') },
  ],
} satisfies KnownApp;

import { has, titled } from '../marks.ts';
import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'open-webui',
  title: 'Open WebUI',
  ports: [8080],
  streaming: ['websocket', 'sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  bind: '--host 127.0.0.1',
  login: 'own',
  subPath: 'impossible',
  socketPath: '/ws/socket.io/?EIO=4&transport=websocket',
  basis: 'documented',
  marks: [
    // A custom name precedes this.
    titled(/\bOpen WebUI\b/i),
    { path: '/api/config', isIn: ({ json }) => has(json, 'features') && has(json, 'oauth') },
  ],
} satisfies KnownApp;

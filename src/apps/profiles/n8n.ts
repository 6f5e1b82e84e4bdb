import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'n8n',
  title: 'n8n',
  ports: [5678],
  streaming: ['websocket', 'sse'],
  readTimeoutSeconds: hourSeconds,
  // Files of workflows arrive at webhooks.
  maxBodyBytes: 256 * mebibyte,
  bind: 'N8N_LISTEN_ADDRESS=127.0.0.1',
  login: 'own',
  subPath: { setting: 'N8N_PATH={path}/' },
  basis: 'documented',
  marks: [titled(/^n8n(?:\.io)?\b/i)],
} satisfies KnownApp;

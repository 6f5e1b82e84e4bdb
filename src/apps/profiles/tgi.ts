import { has } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'tgi',
  title: 'Text Generation Inference',
  ports: [3000, 80],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 64 * mebibyte,
  bind: '--hostname 127.0.0.1',
  login: 'optional',
  openPath: '/info',
  basis: 'documented',
  marks: [{ path: '/info', isIn: ({ json }) => has(json, 'model_id') && has(json, 'max_concurrent_requests') }],
} satisfies KnownApp;

import { has } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'tgi',
  title: 'Text Generation Inference',
  ports: [3000, 80],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 64 * mebibyte,
  basis: 'documented',
  marks: [{ path: '/info', isIn: ({ json }) => has(json, 'model_id') && has(json, 'max_concurrent_requests') }],
} satisfies KnownApp;

import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'streamlit',
  title: 'Streamlit',
  ports: [8501],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  // Its upload limit is 200 MB, plus the overhead of the form encoding.
  maxBodyBytes: 208 * mebibyte,
  bind: '--server.address 127.0.0.1',
  login: 'none',
  // Its page finds the path by itself; --server.baseUrlPath is for routes that keep the path.
  subPath: {},
  socketPath: '/_stcore/stream',
  basis: 'measured',
  isFramework: true,
  marks: [titled(/^Streamlit$/), { path: '/_stcore/health', isIn: ({ body }) => body.trim() === 'ok' }],
} satisfies KnownApp;

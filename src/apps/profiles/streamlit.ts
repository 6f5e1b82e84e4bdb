import { titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'streamlit',
  title: 'Streamlit',
  ports: [8501],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  // Its own limit for an upload is 200 MB, and a form has some more around it.
  maxBodyBytes: 208 * mebibyte,
  seen: 'running',
  isFramework: true,
  marks: [titled(/^Streamlit$/), { path: '/_stcore/health', isIn: ({ body }) => body.trim() === 'ok' }],
} satisfies KnownApp;

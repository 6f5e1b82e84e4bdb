import { isGradio } from '../marks.ts';
import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'gradio',
  title: 'Gradio',
  ports: [7860],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  bind: 'GRADIO_SERVER_NAME=127.0.0.1',
  login: 'optional',
  openPath: '/config',
  subPath: { setting: 'GRADIO_ROOT_PATH={path}' },
  basis: 'measured',
  isFramework: true,
  marks: [{ path: '/', isIn: isGradio }],
} satisfies KnownApp;

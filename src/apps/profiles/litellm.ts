import { openApi, titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'litellm',
  title: 'LiteLLM',
  ports: [4000],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  bind: '--host 127.0.0.1',
  login: 'optional',
  openPath: '/v1/models',
  subPath: { setting: 'SERVER_ROOT_PATH={path}', keepsPath: true },
  basis: 'measured',
  marks: [
    titled(/^LiteLLM\b/),
    { path: '/openapi.json', isIn: ({ json }) => openApi(json).title.startsWith('LiteLLM') },
  ],
} satisfies KnownApp;

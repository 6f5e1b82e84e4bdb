import { modelOwners, openApi } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'vllm',
  title: 'vLLM',
  ports: [8000],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  bind: '--host 127.0.0.1',
  login: 'optional',
  openPath: '/v1/models',
  basis: 'documented',
  marks: [
    { path: '/v1/models', isIn: ({ json }) => modelOwners(json).includes('vllm') },
    // With an API key set, /v1/models requires it, but /openapi.json does not.
    {
      path: '/openapi.json',
      isIn: ({ json }) => ['/tokenize', '/v1/chat/completions'].every((path) => openApi(json).paths.includes(path)),
    },
  ],
} satisfies KnownApp;

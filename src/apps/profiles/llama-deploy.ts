import { openApi } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'llama-deploy',
  title: 'LlamaDeploy',
  ports: [4501],
  streaming: ['ndjson', 'websocket'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  bind: 'LLAMA_DEPLOY_APISERVER_HOST=127.0.0.1',
  login: 'none',
  subPath: {},
  basis: 'measured',
  marks: [
    {
      path: '/openapi.json',
      isIn: ({ json }) => openApi(json).paths.some((path) => /^\/deployments\/\{\w+\}\/tasks\/run$/.test(path)),
    },
  ],
} satisfies KnownApp;

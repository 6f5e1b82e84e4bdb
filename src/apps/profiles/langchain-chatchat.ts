import { openApi, titled } from '../marks.ts';
import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'langchain-chatchat',
  title: 'Langchain-Chatchat',
  ports: [7861],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  bind: 'DEFAULT_BIND_HOST: 127.0.0.1 (basic_settings.yaml)',
  login: 'none',
  basis: 'documented',
  marks: [
    titled(/^Langchain-Chatchat\b/i),
    { path: '/openapi.json', isIn: ({ json }) => /^Langchain-Chatchat\b/i.test(openApi(json).title) },
  ],
} satisfies KnownApp;

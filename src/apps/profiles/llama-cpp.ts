import { modelOwners, titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'llama-cpp',
  title: 'llama.cpp',
  ports: [8080],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  bind: '--host 127.0.0.1',
  login: 'optional',
  openPath: '/props',
  subPath: { setting: '--api-prefix {path}', keepsPath: true },
  basis: 'documented',
  marks: [
    titled(/^llama\.cpp(?: - |$)/),
    { path: '/v1/models', isIn: ({ json }) => modelOwners(json).includes('llamacpp') },
  ],
} satisfies KnownApp;

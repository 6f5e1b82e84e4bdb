import { titled } from '../marks.ts';
import { mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'nextchat',
  title: 'NextChat',
  ports: [3000],
  streaming: ['sse'],
  // Its own routes wait this long for a model.
  readTimeoutSeconds: 600,
  maxBodyBytes: 64 * mebibyte,
  bind: 'HOSTNAME=127.0.0.1',
  login: 'optional',
  subPath: 'impossible',
  // An unknown provider is fetched from the address in the header x-base-url.
  openProxy: { within: '/api', example: '/api/everyhop', needed: ['/api/openai', '/api/config'] },
  basis: 'documented',
  marks: [titled(/^(?:NextChat|ChatGPT Next Web)\b/)],
} satisfies KnownApp;

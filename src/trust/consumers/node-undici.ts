import { nodeLibrary } from './shared/javascript.ts';

export default nodeLibrary(
  'undici',
  String.raw`
const { request } = await import('undici');
get = () => request(url).then(({ body }) => body.text());
`,
);

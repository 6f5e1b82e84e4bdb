import { nodeLibrary } from './shared/javascript.ts';

export default nodeLibrary(
  'axios',
  String.raw`
const { default: axios } = await import('axios');
get = () => axios.get(url, { validateStatus: () => true });
`,
);

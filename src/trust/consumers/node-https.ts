import { nodeLibrary } from './shared/javascript.ts';

export default nodeLibrary(
  'https',
  String.raw`
const https = await import('node:https');
get = () => new Promise((resolve, reject) => https.get(url, (answer) => answer.resume().on('end', resolve)).on('error', reject));
`,
);

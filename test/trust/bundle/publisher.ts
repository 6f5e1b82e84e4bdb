/** `publisher.ts FOLDER A B`: publishes the roots of A and B alternately until killed. */
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { nowMs } from './roots.ts';

const [folder = '', ...files] = process.argv.slice(2);
const bundles = await Promise.all(files.map((file) => makeBundle({ nowMs, publicSet: 'none', rootFiles: [file] })));
for (let turn = 0; ; turn++) {
  publishBundle(folder, bundles[turn % bundles.length]!, { toolVersion: '0', allowSmaller: true });
  if (turn === 0) console.log('published');
}

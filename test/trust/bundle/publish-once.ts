/** `publish-once.ts FOLDER FILE [SEEN_AT]`: publishes the roots in FILE. */
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { nowMs } from './roots.ts';

const [folder = '', file = '', seenAt] = process.argv.slice(2);
const bundle = await makeBundle({ nowMs, publicSet: 'none', rootFiles: [file] });
publishBundle(folder, bundle, { toolVersion: '0', ...(seenAt === undefined ? {} : { seenAt }) });

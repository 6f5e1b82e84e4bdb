import { existsSync, statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';

// A checkout runs its TypeScript directly; the published package contains only the build.
const isCheckout = existsSync(new URL('../src/cli/main.ts', import.meta.url));
const load = (name) => import(new URL(isCheckout ? `../src/${name}.ts` : `../dist/${name}.js`, import.meta.url).href);

const { startCleanly } = await load('base/start-environment');
startCleanly();

// Caches compiled code for the next start, but not in Node's default folder below /tmp, where other users may write. With sudo,
// HOME may be the folder of another user, who could put code there: root loads compiled code only from its own folder.
const { XDG_CACHE_HOME: given, HOME: home } = process.env;
const cache = given || (home && path.join(home, '.cache'));
let isOwn = false;
try {
  const owner = cache && statSync(cache, { throwIfNoEntry: false })?.uid;
  isOwn = owner === undefined ? process.getuid?.() !== 0 : owner === (process.getuid?.() ?? owner);
} catch {
  // The home folder of another user, for example.
}
if (cache && path.isAbsolute(cache) && isOwn) module.enableCompileCache(path.join(cache, 'everyhop'));
await load('cli/main');

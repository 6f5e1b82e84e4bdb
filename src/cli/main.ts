import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Not in the usual place: that is below /tmp, where others may write. Without a home there is none.
const { XDG_CACHE_HOME: given, HOME: home } = process.env;
const cache = given || (home && path.join(home, '.cache'));
if (cache && path.isAbsolute(cache)) enableCompileCache(path.join(cache, 'everyhop'));
await import('./command-line.ts');

import { enableCompileCache } from 'node:module';
import os from 'node:os';
import path from 'node:path';

// Not in the usual place: that is below /tmp, where others may write. Without a home there is none.
const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
enableCompileCache(path.join(cache, 'everyhop'));
await import('./command-line.ts');

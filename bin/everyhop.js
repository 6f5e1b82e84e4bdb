#!/usr/bin/env node
// Kept to what old Nodes can read, so that a Node that is too old gets a sentence instead of a SyntaxError.
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');
  process.stderr.write(
    chinese
      ? `Everyhop 需要 Node 24.12 或更新的版本，当前是 ${process.versions.node}。请安装较新的 Node（例如 "npm install --global node@26"），或在源码目录中用 "npm run -s everyhop --" 运行。\n`
      : `Everyhop needs Node 24.12 or newer, and this is ${process.versions.node}: install a newer one (for example "npm install --global node@26"), or, in a checkout, run "npm run -s everyhop --".\n`,
  );
  process.exit(2);
}
// What was compiled is kept for the next start. Not in the usual place: that is below /tmp, where others may write.
const { XDG_CACHE_HOME: given, HOME: home } = process.env;
const cache = given || (home && path.join(home, '.cache'));
if (cache && path.isAbsolute(cache)) module.enableCompileCache(path.join(cache, 'everyhop'));
// A checkout runs its TypeScript as it stands; the published package holds only what was built from it.
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);

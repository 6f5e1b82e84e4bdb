#!/usr/bin/env node
// Uses only syntax that old Node versions parse, so that they print the message below instead of a SyntaxError.
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');
  process.stderr.write(
    chinese
      ? `Everyhop 需要 Node 24.12 或更新版本，当前版本是 ${process.versions.node}。请安装新版 Node，例如：npm install --global node@26；在源码目录中也可以这样运行：npm run -s everyhop --\n`
      : `Everyhop needs Node 24.12 or newer; this is Node ${process.versions.node}. Install a newer one, for example: npm install --global node@26. In a checkout, this works too: npm run -s everyhop --\n`,
  );
  process.exit(2);
}
// Caches compiled code for the next start, but not in Node's default folder below /tmp, where other users may write.
const { XDG_CACHE_HOME: given, HOME: home } = process.env;
const cache = given || (home && path.join(home, '.cache'));
if (cache && path.isAbsolute(cache)) module.enableCompileCache(path.join(cache, 'everyhop'));
// A checkout runs its TypeScript directly; the published package contains only the build.
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);

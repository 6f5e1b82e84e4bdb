#!/usr/bin/env node
// Uses only syntax that old Node versions parse, so that they print the message below instead of a SyntaxError.
import { existsSync, statSync } from 'node:fs';
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
// A checkout runs its TypeScript directly; the published package contains only the build.
const isCheckout = existsSync(new URL('../src/cli/main.ts', import.meta.url));
const load = (name) => import(new URL(isCheckout ? `../src/${name}.ts` : `../dist/${name}.js`, import.meta.url).href);

const { startCleanly } = await load('base/start-environment');
startCleanly();

// Caches compiled code for the next start, but not in Node's default folder below /tmp, where other users may write. With sudo,
// HOME may be the folder of another user, who could put code there: root loads compiled code only from its own folder.
const { XDG_CACHE_HOME: given, HOME: home } = process.env;
const cache = given || (home && path.join(home, '.cache'));
const owner = cache && statSync(cache, { throwIfNoEntry: false })?.uid;
const isOwn = owner === undefined ? process.getuid?.() !== 0 : owner === (process.getuid?.() ?? owner);
if (cache && path.isAbsolute(cache) && isOwn) module.enableCompileCache(path.join(cache, 'everyhop'));
await load('cli/main');

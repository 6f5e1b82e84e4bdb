/** The pages that people read: every command runs, every file is valid, every link leads somewhere. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { canMakeNamespaces } from '../support/docker.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';
import { runInSandbox } from './sandbox/run.ts';
import { anchorsIn, blocksIn, chineseOf, commandsIn, englishPages, fileNameOf, linksIn, read, root } from './blocks.ts';

const mayMount = process.getuid?.() === 0 && process.platform === 'linux' && canMakeNamespaces();
if (!mayMount && process.env['CI'] === 'true') throw new Error('the commands of the documents need root on Linux');
const pages = englishPages();

for (const page of pages.filter(hasCommands)) {
  test(
    `${page}: the commands work as shown`,
    {
      skip: !mayMount
        ? 'needs root on Linux, for a machine of its own'
        : without('pebble', 'nginx', 'haproxy', 'curl', 'certutil'),
      timeout: 300_000,
    },
    async (t) => {
      const folder = await temporaryFolder(t, 'documents');
      await runInSandbox(folder, path.join(import.meta.dirname, 'sandbox/reader.ts'), [page]);
      const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as {
        commands: number;
        failures: string[];
      };
      assert.equal(report.failures.length, 0, report.failures.join('\n\n'));
      t.diagnostic(`${report.commands} commands`);
    },
  );
}

function hasCommands(page: string): boolean {
  return blocksIn(read(page)).some(({ language, notRun }) => /^(?:sh|yaml)$/.test(language) && notRun === undefined);
}

test('a Chinese page shows the same commands and files as the English one', () => {
  const code = (file: string): string[] =>
    blocksIn(read(file))
      .filter((block) => block.language === 'sh' || fileNameOf(block) !== undefined)
      .map(({ language, text }) => `${language}\n${commandsIn(text).map(withoutComment).join('\n')}`);
  for (const page of pages.filter((file) => existsSync(path.join(root, chineseOf(file))))) {
    assert.deepEqual(code(chineseOf(page)), code(page), page);
  }
});

function withoutComment(line: string): string {
  return line.replace(/\s+# .*$/, '');
}

test('the few commands that do not run here name the reason, and the test that covers them', (t) => {
  const found = pages.flatMap((page) =>
    blocksIn(read(page)).flatMap(({ line, notRun, text }) =>
      notRun === undefined ? [] : [{ place: `${page}:${line}`, reason: notRun, commands: commandsIn(text).length }],
    ),
  );
  for (const { place, reason, commands } of found) {
    t.diagnostic(`${place}: ${commands} commands not run: ${reason}`);
    const covers = [...reason.matchAll(/(?<![\w/])(?:test|\.ci)\/[\w./-]+/g)].map((match) =>
      match[0].replace(/\.$/, ''),
    );
    assert.ok(covers.length > 0 || /^(?:macOS|Windows|another machine)/.test(reason), `${place}: ${reason}`);
    for (const file of covers) assert.ok(existsSync(path.join(root, file)), `${place}: ${file} does not exist`);
  }
  const total = found.reduce((sum, { commands }) => sum + commands, 0);
  assert.ok(total <= 40, `${total} commands are not run`);
});

test('every link between the documents leads to a file and a heading', () => {
  const files = [
    ...pages,
    ...pages.map(chineseOf).filter((file) => existsSync(path.join(root, file))),
    'CONTRIBUTING.md',
  ];
  const broken: string[] = [];
  for (const file of files) {
    for (const link of linksIn(read(file))) {
      if (/^(?:https?|mailto):/.test(link)) continue;
      const [target, anchor] = link.split('#') as [string, string?];
      const full = target === '' ? file : path.join(path.dirname(file), target);
      if (!existsSync(path.join(root, full))) broken.push(`${file}: ${link}`);
      else if (anchor !== undefined && full.endsWith('.md') && !anchorsIn(read(full)).has(anchor)) {
        broken.push(`${file}: ${link} (no such heading)`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

test('the two indexes of the documents link to the same pages, and no page has marks of a merge', () => {
  const linked = (index: string): string[] =>
    linksIn(read(index))
      .map((link) => link.replace('.zh-CN.md', '.md'))
      .filter((link) => link !== 'README.md');
  assert.deepEqual(linked('docs/README.zh-CN.md'), linked('docs/README.md'));
  for (const page of [...pages, ...pages.map(chineseOf).filter((file) => existsSync(path.join(root, file)))]) {
    assert.doesNotMatch(read(page), /^(?:<{7}|={7}|>{7})(?: |$)/m, page);
  }
});

test('lines of prose in the README have at most 100 characters', () => {
  for (const page of ['README.md']) {
    let inCode = false;
    for (const [index, line] of read(page).split('\n').entries()) {
      if (/^ *```/.test(line)) inCode = !inCode;
      if (inCode || line.startsWith('|') || /\]\(|<img|<source|<!--|^\[/.test(line)) continue;
      assert.ok(line.length <= 100, `${page}:${index + 1}: ${line.length} characters`);
    }
  }
});

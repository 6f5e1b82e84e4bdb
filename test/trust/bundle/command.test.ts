import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { folderOf } from '../../support/oracles.ts';
import { runEveryhop } from '../../support/up.ts';
import { makeRoot } from './roots.ts';

// These processes use the real clock.
const days = Math.floor((Date.now() - Date.parse('2030-06-01T12:00:00Z')) / 86_400_000);
const newRoot = (name: string): ReturnType<typeof makeRoot> => makeRoot({ name, from: days - 1, until: days + 365 });

test('publishes the default bundle, then with the private authority, then with more roots', async (t) => {
  const home = await folderOf(t);
  const state = path.join(home, 'state');
  const run = async (...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    runEveryhop(['trust', 'bundle', '--public', 'mozilla', '--state', state, ...args], home);
  const folder = path.join(state, 'trust');

  const first = await run('--json');
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const value = JSON.parse(first.stdout) as { roots: number; private: number; paths: { folder: string } };
  assert.equal(value.paths.folder, folder);
  assert.equal(value.private, 0);
  assert.ok(value.roots > 100);
  assert.equal(existsSync(path.join(state, 'everyhop.db')), false, 'creates no authority');
  assert.doesNotMatch(readFileSync(path.join(folder, 'env'), 'utf8'), /NODE_EXTRA_CA_CERTS/);
  assert.match((await run()).stdout, new RegExp(`^unchanged: ${folder}$`, 'm'));

  await runEveryhop(['certificates', 'obtain', 'chat.test', '--state', state], home);
  const authority = await runEveryhop(['authority', 'root', '--state', state], home);
  const second = await run();
  assert.match(second.stdout, /^\+ CN=Everyhop private root/m);
  assert.match(second.stdout, /^ {2}1 from this machine’s authority$/m);
  assert.equal(readFileSync(path.join(folder, 'private.pem'), 'utf8'), authority.stdout);

  writeFileSync(path.join(home, 'more.pem'), newRoot('More').pem);
  assert.match((await run('--root', path.join(home, 'more.pem'))).stdout, /^\+ CN=More [0-9a-f]{64}$/m);

  const smaller = await run('--json');
  assert.equal(smaller.code, 1);
  const { error } = JSON.parse(smaller.stdout) as { error: { code: string; message: string } };
  assert.equal(error.code, 'trust.bundle-smaller');
  assert.match((await run('--allow-smaller')).stdout, /^- CN=More /m);
});

test('reports every problem of the roots in both languages, and writes nothing', async (t) => {
  const home = await folderOf(t);
  const [root, old] = [newRoot('Good'), makeRoot({ name: 'Old', from: days - 10, until: days - 1 })];
  writeFileSync(path.join(home, 'roots.pem'), root.pem + old.pem + root.keyPem);
  const args = ['trust', 'bundle', '--root', path.join(home, 'roots.pem'), '--out', path.join(home, 'out')];
  const { code, stdout, stderr } = await runEveryhop([...args, '--public', 'none'], home);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  const lines = root.pem.split('\n').length - 1;
  assert.match(stderr, /trust\.root-expired: CN=Old \(block 2\)/);
  assert.match(stderr, new RegExp(`roots\\.pem:${lines + 1}$`, 'm'));
  assert.match(stderr, /trust\.block-holds-key: Block 3/);
  const chinese = await runEveryhop([...args, '--public', 'none', '--lang', 'zh', '--json'], home);
  const { error } = JSON.parse(chinese.stdout) as { error: { problems: { message: string }[] } };
  assert.match(error.problems[0]!.message, /过期/);
  assert.deepEqual(readdirSync(home).includes('out'), false);
});

test('reports omitted roots with place, cause and hint, also as JSON', async (t) => {
  const home = await folderOf(t);
  const [root, other] = [newRoot('Good'), newRoot('Other')];
  const file = path.join(home, 'roots.pem');
  writeFileSync(file, root.pem + other.pem);
  const unmatched = '0'.repeat(64);
  const args = ['trust', 'bundle', '--public', 'none', '--root', file, '--out', path.join(home, 'out')];
  const distrust = ['--distrust', other.fingerprint, '--distrust', unmatched];
  const { code, stderr } = await runEveryhop([...args, ...distrust, '--lang', 'zh'], home);
  assert.equal(code, 0, stderr);
  const line = root.pem.split('\n').length;
  const [cause, hint] = [/ {2}原因：.+/, / {2}办法：.+/].map(({ source }) => source);
  const dropped = ['未放入信任包：', '! CN=Other.+', `  ${file}:${line}`, cause, hint];
  const noted = [`! .*${unmatched}.*`, cause, hint, ''];
  assert.match(stderr, new RegExp(`^${[...dropped, ...noted].join('\n')}$`));
  const { stdout } = await runEveryhop([...args, ...distrust, '--json'], home);
  const said = JSON.parse(stdout) as Record<'dropped' | 'warnings', Record<string, unknown>[]>;
  const [one] = said.dropped;
  assert.deepEqual(
    [one?.['code'], one?.['severity'], one?.['fingerprint'], one?.['subject']],
    ['trust.root-distrusted', 'warning', other.fingerprint, 'CN=Other'],
  );
  assert.deepEqual(one?.['source'], { kind: 'file', file, line, block: 2 });
  assert.deepEqual(one?.['place'], { file, line });
  assert.deepEqual(
    said.warnings.map((each) => each['code']),
    ['trust.distrust-unmatched'],
  );
});

test('a dry run shows the difference and writes nothing', async (t) => {
  const home = await folderOf(t, { 'root.pem': newRoot('Dry').pem });
  const out = path.join(home, 'out');
  const args = [
    'trust',
    'bundle',
    '--public',
    'none',
    '--root',
    path.join(home, 'root.pem'),
    '--out',
    out,
    '--dry-run',
  ];
  const { code, stdout } = await runEveryhop(args, home);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^would be published: ${out}$`, 'm'));
  assert.equal(existsSync(out), false);
});

test('concurrent commands leave a complete bundle, and never silently one with fewer roots', async (t) => {
  const home = await folderOf(t, { 'one.pem': newRoot('One').pem, 'two.pem': newRoot('Two').pem });
  writeFileSync(path.join(home, 'shared.pem'), newRoot('Shared').pem);
  const out = path.join(home, 'out');
  const run = (...names: string[]): ReturnType<typeof runEveryhop> => {
    const roots = names.flatMap((name) => ['--root', path.join(home, name)]);
    return runEveryhop(
      ['trust', 'bundle', '--public', 'none', '--state', home, '--out', out, ...roots, '--json'],
      home,
    );
  };
  assert.equal((await run('shared.pem')).code, 0);
  const ends = await Promise.all([run('shared.pem', 'one.pem'), run('shared.pem', 'two.pem')]);
  // Each replaces one root, as when an authority renews its root, so neither bundle is smaller.
  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0],
  );
  assert.equal(readFileSync(path.join(out, 'full.pem'), 'utf8').match(/BEGIN/g)!.length, 2);
  const more = [run('shared.pem', 'one.pem', 'two.pem'), run('shared.pem', 'one.pem'), run('shared.pem', 'two.pem')];
  for (const { code, stdout } of await Promise.all(more)) {
    const { error } = JSON.parse(stdout) as { error?: { code: string } };
    assert.ok(code === 0 || error?.code === 'trust.bundle-smaller', stdout);
  }
  assert.equal(readFileSync(path.join(out, 'full.pem'), 'utf8').match(/BEGIN/g)!.length, 3);
});

/** Started by npm, from the checkout or from a user's own folder: their program, their folder, their signals. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { openStreams, startStreamingApp, wholeBody } from '../support/streams.ts';
import { cleanEnvironment, startUp, temporaryFolder } from '../support/up.ts';

const root = path.resolve(import.meta.dirname, '../..');
const everyhop = path.join(root, 'bin/everyhop.js');

interface Options {
  cwd: string;
  home: string;
  env?: Record<string, string>;
}

async function start(command: readonly string[], options: Options): Promise<{ code: number; out: string }> {
  const env = { ...cleanEnvironment(options.home), ...options.env };
  const child = spawn(command[0]!, command.slice(1), { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

test('run starts the program in the user’s folder, with their PATH and without npm’s variables', async (t) => {
  mends(t, 'trust/npm-run-changes-node', 'ux/npm-run-cwd');
  const home = await realpath(await temporaryFolder(t, 'npm'));
  const project = path.join(home, 'project');
  const tools = path.join(home, 'tools');
  for (const folder of [project, tools]) await mkdir(folder);
  // npm would find this one, too, were it not for the Node in the checkout.
  const node = (await start(['sh', '-c', 'command -v node'], { cwd: home, home })).out.trim();
  await symlink(await realpath(node), path.join(tools, 'node'));
  await writeFile(
    path.join(project, 'app.sh'),
    'pwd; command -v node; echo "$PATH"; env | grep -iE "^(npm_|INIT_CWD|NODE=|PWD)"\n',
  );
  const env = { PATH: `${tools}:${process.env['PATH']}`, npm_config_registry: 'http://127.0.0.1:9/', PWD: project };
  for (const option of ['--prefix', '-C']) {
    const run = ['npm', option, root, 'run', '-s', 'everyhop', '--', 'run', '--state', 'state', '--', 'sh', 'app.sh'];
    const { out } = await start(run, { cwd: project, home, env });
    const [folder, foundNode, search, ...variables] = out.trim().split('\n');
    assert.deepEqual([folder, foundNode, search], [project, path.join(tools, 'node'), env.PATH], option);
    assert.deepEqual(
      variables.sort(),
      [
        `PWD=${project}`,
        `npm_config_cafile=${project}/state/trust/full.pem`,
        `npm_config_registry=${env.npm_config_registry}`,
      ].sort(),
    );
  }
});

test('prints commands that work where they are printed, and reads relative paths from there', async (t) => {
  mends(t, 'ux/hint-program-name');
  const home = await realpath(await temporaryFolder(t, 'npm'));
  const tools = path.join(home, 'tools');
  await mkdir(tools);
  await symlink(everyhop, path.join(tools, 'everyhop'));
  await symlink(process.execPath, path.join(tools, 'node'));
  const onPath = { PATH: `${tools}:${process.env['PATH']}` };
  const cases: { start: string[]; cwd: string; program: string; env?: Record<string, string> }[] = [
    { start: ['npm', 'run', '-s', 'everyhop', '--'], cwd: root, program: 'npm run -s everyhop --' },
    { start: ['npm', 'run', '-s', 'everyhop', '--'], cwd: path.join(root, 'docs'), program: 'npm run -s everyhop --' },
    {
      start: ['npm', '--prefix', root, 'run', '-s', 'everyhop', '--'],
      cwd: home,
      program: `npm --prefix ${root} run -s everyhop --`,
    },
    { start: ['everyhop'], cwd: home, program: 'everyhop', env: onPath },
    { start: ['node', everyhop], cwd: home, program: 'everyhop', env: onPath },
    ...[everyhop, path.join(tools, 'everyhop')].map((file) => ({
      start: [process.execPath, file],
      cwd: home,
      program: `${process.execPath} ${everyhop}`,
      env: { PATH: '/usr/bin:/bin' },
    })),
  ];
  for (const { start: words, cwd, program, env = {} } of cases) {
    const place = { cwd, home, env };
    const status = await start([...words, 'status', '--state', "it's here"], place);
    const printed = /Start it: (.*) —/.exec(status.out)?.[1] ?? status.out;
    const state = `${cwd}/it`.replaceAll(/[^\w/.-]/g, '');
    assert.equal(printed, String.raw`${program} up --state '${state}'\''s here'`, words.join(' '));
    // The same command, but one that ends.
    const { code, out } = await start(['sh', '-c', printed.replace(' up ', ' certificates list ')], place);
    assert.equal(code, 0, out);
  }
});

test('reports options that npm kept because the two dashes are missing', async (t) => {
  mends(t, 'ux/npm-eats-options');
  const home = await temporaryFolder(t, 'npm');
  // An old npm wrote the address there.
  await writeFile(path.join(home, '.npmrc'), 'email=someone@example.com\n');
  const place = { cwd: root, home };
  const equals = await start(['npm', 'start', '24103', '--https-port=24543', '--state=a b', '--demo'], place);
  assert.equal(equals.code, 2);
  assert.match(
    equals.out,
    /cli\.npm-took-options: npm kept these options for itself: (?=.*--https-port)(?=.*--state)(?=.*--demo)/,
  );
  assert.match(equals.out, /: npm start -- 24103 (?=.*--https-port 24543)(?=.*--demo).*--state 'a b'/);
  const space = await start(['npm', 'run', '-s', 'everyhop', 'up', '24103', '--https-port', '24543'], place);
  assert.match(space.out, /: npm run -s everyhop -- … --https-port N\n/);
  assert.equal((await start(['npm', 'run', '-s', 'everyhop', 'certificates', 'list'], place)).code, 0);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} to npm alone lets streams finish and ends the program`, { timeout: 120_000 }, async (t) => {
    mends(t, 'ux/npm-pid1');
    const app = await startStreamingApp(t);
    const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
    const readers = await openStreams(t, app, up, 2);
    app.tick();
    process.kill(up.npmPid, signal);
    await assert.rejects(async () => {
      for (;;) await fetch(`http://127.0.0.1:${up.httpPort}/`, { redirect: 'manual' });
    });
    app.tick();
    app.finish();
    assert.deepEqual(await Promise.all(readers.map(({ whole }) => whole)), [true, true]);
    assert.deepEqual(new Set(readers.map((reader) => reader.body())), new Set([wholeBody(2)]));
    await up.exited;
  });
}

test(
  'Ctrl-C reaches the program twice, directly and from npm, and still lets streams finish',
  { timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/npm-pid1');
    const app = await startStreamingApp(t);
    const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
    const [reader] = await openStreams(t, app, up, 1);
    process.kill(-up.npmPid, 'SIGINT');
    await assert.rejects(async () => {
      for (;;) await fetch(`http://127.0.0.1:${up.httpPort}/`, { redirect: 'manual' });
    });
    app.tick();
    app.finish();
    assert.equal(await reader!.whole, true);
    assert.equal(await up.exited, 0);
  },
);

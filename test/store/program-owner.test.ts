import assert from 'node:assert/strict';
import { chmod, chown, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Runner } from '../../src/store/folder-owner.ts';
import { type Accounts, foreignPlaces, foreignProgram } from '../../src/store/program-owner.ts';
import { temporaryFolder } from '../support/up.ts';

const skip = process.getuid?.() !== 0 && 'needs root, to give folders to other users';
const root: Runner = { uid: 0, sudoUid: undefined };
const accounts: Accounts = {
  passwd: 'root:x:0:0::/root:/bin/sh\nalice:x:4242:4242::/home/alice:/bin/sh\n',
  group: 'root:x:0:\nempty:x:50:\nadmins:x:51:alice\nalice:x:4242:\n',
};

interface Installation {
  above: string;
  checkout: string;
  node: string;
  command: string[];
  /** The places as `place: who`, relative to `above`. */
  places: (runner?: Runner) => string[];
}

/** A checkout and a Node.js in a folder of root's, below /tmp, which is sticky. */
async function installation(t: TestContext): Promise<Installation> {
  const above = await temporaryFolder(t, 'program');
  const [checkout, node] = [path.join(above, 'checkout'), path.join(above, 'node/bin/node')];
  for (const folder of ['checkout/bin', 'checkout/src/edge', 'checkout/.git', 'checkout/node_modules/yaml', 'node/bin'])
    await mkdir(path.join(above, folder), { recursive: true });
  for (const file of ['bin/everyhop.js', 'src/edge/worker.ts', '.git/config', 'node_modules/yaml/index.js'])
    await writeFile(path.join(checkout, file), '');
  await writeFile(path.join(checkout, 'package.json'), '{}');
  await copyFile('/bin/true', node);
  const command = [node, path.join(checkout, 'bin/everyhop.js'), 'nginx', 'renew', '--state', '/var/lib/everyhop'];
  const places = (runner = root): string[] =>
    foreignPlaces(command, runner, accounts).map(({ at, who }) => `${path.relative(above, at)}: ${String(who)}`);
  return { above, checkout, node, command, places };
}

test('names every way by which another user could change the program that root runs', { skip }, async (t) => {
  const { above, checkout, node, places } = await installation(t);
  assert.deepEqual(places(), []);
  const alice = 'alice (uid 4242)';
  const all = 'every user of this machine';
  for (const file of ['bin/everyhop.js', 'src/edge/worker.ts', 'node_modules/yaml/index.js', 'package.json']) {
    const whole = path.join(checkout, file);
    await chown(whole, 4242, 4242);
    assert.deepEqual(places(), [`checkout/${file}: ${alice}`]);
    await chown(whole, 0, 0);
    await chmod(whole, 0o666);
    assert.deepEqual(places(), [`checkout/${file}: ${all}`]);
    await chmod(whole, 0o644);
  }
  // Files that are never loaded do not count.
  await chown(path.join(checkout, '.git/config'), 4242, 4242);
  assert.deepEqual(places(), []);

  await chown(node, 4242, 4242);
  assert.deepEqual(places(), [`node/bin/node: ${alice}`]);
  await chown(node, 0, 0);

  await chmod(above, 0o777);
  assert.deepEqual(places(), [`: ${all}`]);
  await chmod(above, 0o1777);
  assert.deepEqual(places(), []); // sticky, as /tmp itself
  await chmod(above, 0o755);

  // A whole folder is named once.
  for (const name of ['', 'bin', 'bin/everyhop.js', 'src']) await chown(path.join(checkout, name), 4242, 4242);
  assert.ok(places().includes(`checkout: ${alice}`));
  assert.ok(places().length <= 5);
});

test('groups count by their members', { skip }, async (t) => {
  const { checkout, places } = await installation(t);
  const folder = path.join(checkout, 'src');
  const group = async (gid: number): Promise<string[]> => {
    await chown(folder, 0, gid);
    await chmod(folder, 0o2775);
    return places();
  };
  assert.deepEqual(await group(0), []);
  assert.deepEqual(await group(50), []);
  assert.deepEqual(await group(51), ['checkout/src: the members of the group admins (gid 51)']);
  assert.deepEqual(await group(4242), ['checkout/src: the members of the group alice (gid 4242)']);
  assert.deepEqual(await group(77), ['checkout/src: the members of the group ? (gid 77)']);
});

test('links count with their folders and their targets', { skip }, async (t) => {
  const { above, checkout, node, command, places } = await installation(t);
  const home = path.join(above, 'home');
  await mkdir(home);
  const links = path.join(above, 'links');
  await mkdir(links);
  await symlink('../node/bin/node', path.join(links, 'node'));
  command[0] = path.join(links, 'node');
  assert.deepEqual(places(), []);
  await chown(node, 4242, 4242);
  assert.deepEqual(places(), [`node/bin/node: alice (uid 4242)`]);
  await chown(node, 0, 0);
  await chown(links, 4242, 4242);
  assert.deepEqual(places(), ['links: alice (uid 4242)']);
  await chown(links, 0, 0);
  // npm link: a package in a home folder.
  await mkdir(path.join(home, 'zod'));
  await chown(home, 4242, 4242);
  await symlink('../../home/zod', path.join(checkout, 'node_modules/zod'));
  assert.deepEqual(places(), ['home: alice (uid 4242)']);
});

test('for npx, the folders of its PATH count', { skip }, async (t) => {
  const { above } = await installation(t);
  const bin = path.join(above, 'node/bin');
  const command = ['/usr/bin/env', `PATH=${bin}:/usr/bin`, 'npx', '--yes', 'everyhop', 'nginx', 'renew'];
  assert.deepEqual(foreignPlaces(command, root, accounts), []);
  await chown(bin, 4242, 4242);
  assert.deepEqual(
    foreignPlaces(command, root, accounts).map(({ at }) => at),
    [bin],
  );
});

test('the error gives the program to root, or copies it where only root writes', { skip }, async (t) => {
  const { above, checkout, command, node } = await installation(t);
  const advice = (): { command: unknown; program: unknown } => {
    const { params } = foreignProgram(command, foreignPlaces(command, root, accounts))!;
    return { command: params['command'], program: params['program'] };
  };
  await chown(path.join(checkout, 'src'), 4242, 4242);
  assert.deepEqual(advice(), {
    command: `sudo chown -R root: ${checkout} && sudo chmod -R go-w ${checkout}`,
    program: `sudo ${node} ${command[1]}`,
  });
  await chown(above, 4242, 4242);
  assert.deepEqual(advice(), {
    command:
      `sudo mkdir -p /opt/everyhop && sudo cp -RL ${checkout}/. /opt/everyhop && sudo cp ${node} /opt/everyhop/node && ` +
      'sudo chown -R root: /opt/everyhop && sudo chmod -R go-w /opt/everyhop',
    program: 'sudo /opt/everyhop/node /opt/everyhop/bin/everyhop.js',
  });
  assert.equal(foreignProgram(command, []), undefined);
});

test('the user who became root by sudo is told apart', { skip }, async (t) => {
  const { checkout, command } = await installation(t);
  await chown(path.join(checkout, 'src'), 4242, 4242);
  const bySudo = (sudoUid: number): boolean[] =>
    foreignPlaces(command, { uid: 0, sudoUid }, accounts).map(({ isSudoUser }) => isSudoUser);
  assert.deepEqual(bySudo(4242), [true]);
  assert.deepEqual(bySudo(4243), [false]);
  // A service of this user.
  assert.deepEqual(foreignPlaces(command, { uid: 4242, sudoUid: undefined }, accounts), []);
});

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setUser } from '../../../src/app/access/users.ts';
import { isError } from '../../../src/base/errors.ts';
import { readUsersFile } from '../../../src/app/users.ts';
import { readUsers } from '../../../src/passwords/htpasswd.ts';
import { verifyPassword } from '../../../src/passwords/hash.ts';
import { temporaryFolder } from '../../support/up.ts';

const secret = Buffer.from('correct horse');

test('adds users and changes passwords; ten at once lose no line', async (t) => {
  const file = path.join(await temporaryFolder(t, 'users'), 'users');
  const names = Array.from({ length: 10 }, (_, at) => `user ${at}`);
  const outcomes = await Promise.all(names.map((name) => setUser(file, name, secret)));
  assert.deepEqual(new Set(outcomes), new Set(['added']));
  assert.equal(await setUser(file, 'user 3', Buffer.from('other')), 'changed');
  const { users, problems } = readUsers(await readFile(file));
  assert.deepEqual(users.map(({ name }) => name).toSorted(), names);
  assert.deepEqual(problems, []);
  const third = users.find(({ name }) => name === 'user 3')!;
  assert.equal(await verifyPassword(third.hash, Buffer.from('other')), true);
  assert.equal((await stat(file)).mode & 0o007, 0, 'not for everyone');
  assert.deepEqual(await readdir(path.dirname(file)), ['users'], 'no lock, no temporary file');
});

test('keeps the mode of a file, and the link that leads to it', async (t) => {
  const folder = await temporaryFolder(t, 'users');
  await mkdir(path.join(folder, 'etc'));
  const file = path.join(folder, 'etc/users');
  const link = path.join(folder, 'users');
  await writeFile(file, '# ours\nbroken\n');
  await chmod(file, 0o644);
  await symlink(file, link);
  await setUser(link, 'jörg', secret);
  assert.match(await readFile(file, 'utf8'), /^# ours\nbroken\njörg:\$argon2id\$/);
  assert.equal((await stat(file)).mode & 0o777, 0o644);
  assert.ok((await readdir(folder)).includes('users'));
});

test('refuses names and passwords that could not be used, and leaves the file alone', async (t) => {
  const file = path.join(await temporaryFolder(t, 'users'), 'users');
  await writeFile(file, 'x');
  const cases: [name: string, password: Buffer, code: string][] = [
    ['a:b', secret, 'passwords.bad-name'],
    ['a\nroot', secret, 'passwords.bad-name'],
    ['', secret, 'passwords.bad-name'],
    ['alice', Buffer.alloc(0), 'passwords.empty'],
    ['alice', Buffer.alloc(513, 97), 'passwords.unusable'],
    ['alice', Buffer.from('a\0'), 'passwords.unusable'],
  ];
  for (const [name, password, code] of cases)
    await assert.rejects(setUser(file, name, password), (error) => isError(error, code), `${name} ${code}`);
  assert.equal(await readFile(file, 'utf8'), 'x');
  const missing = path.join(path.dirname(file), 'no/such/folder');
  await assert.rejects(setUser(missing, 'alice', secret), (error) => isError(error, 'file.missing'));
});

test('tells of each line that keeps a user out, with its number, and of MD5', async (t) => {
  const file = path.join(await temporaryFolder(t, 'users'), 'users');
  const lines = [
    'alice:secret',
    'bob:$2y$31$' + 'a'.repeat(53),
    'nobody',
    'carol:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/',
  ];
  await writeFile(file, lines.join('\n'));
  const found = await readUsersFile({ file, key: 'sites[0].access.users', place: undefined });
  assert.deepEqual(
    found.errors.map(({ code, place, params }) => [code, place?.line, String(params['name'])]),
    [
      ['config.users-line', 1, 'alice'],
      ['config.users-line', 2, 'bob'],
      ['config.users-line', 3, 'NAME'],
    ],
  );
  assert.deepEqual(
    found.warnings.map(({ code, place }) => [code, place?.line]),
    [['config.users-weak', 4]],
  );
  assert.equal(found.users?.length, 1);
  const text = found.errors[1]!.report('en').message;
  assert.match(text, /line 2 .*seconds/);
  const missing = await readUsersFile({ file: `${file}-`, key: 'k', place: { file: 'everyhop.yaml', line: 3 } });
  assert.deepEqual(
    [missing.users, missing.errors[0]!.code, missing.errors[0]!.place?.line],
    [undefined, 'config.users-missing', 3],
  );
  assert.match(missing.errors[0]!.report('en').hint, /access add-user NAME --file .*users-/);
});

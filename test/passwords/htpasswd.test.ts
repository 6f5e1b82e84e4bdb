import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isName, readUsers, withUser } from '../../src/passwords/htpasswd.ts';

const hash = `$2y$05$${'a'.repeat(53)}`;

test('reads names, comments, CRLF and the mark of an editor', () => {
  const text = `\ufeff# team\r\nalice:${hash}\r\n\r\nbob smith:${hash}:the other one\r\njörg:${hash}`;
  const { users, problems } = readUsers(Buffer.from(text));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    users.map(({ name, line }) => [Buffer.from(name, 'latin1').toString(), line]),
    [
      ['alice', 2],
      ['bob smith', 4],
      ['jörg', 5],
    ],
  );
});

test('names each unusable line', () => {
  const lines = [
    `alice:${hash}`,
    'nobody',
    ':x',
    'bob:',
    'carol:secret',
    `alice:${hash}`,
    `d\tave:${hash}`,
    'eve:$2y$31$' + 'a'.repeat(53),
  ];
  const { users, problems } = readUsers(Buffer.from(lines.join('\n')));
  assert.deepEqual(
    users.map(({ name }) => name),
    ['alice'],
  );
  assert.deepEqual(
    problems.map(({ line, problem }) => `${line} ${problem}`),
    ['2 form', '3 form', '4 form', '5 plain', '6 duplicate', '7 name', '8 costly'],
  );
});

test('adds and replaces a line, and keeps every other byte', () => {
  const before = Buffer.from('# Caf\xe9\r\nalice:old:note\r\nbroken line\r\n\r\nbob:x', 'latin1');
  const text = (bytes: Buffer): string => bytes.toString('latin1');
  assert.equal(text(withUser(before, 'alice', 'new')), text(before).replace('alice:old:note', 'alice:new'));
  assert.equal(text(withUser(before, 'carol', 'new')), `${text(before)}\r\ncarol:new\r\n`);
  assert.equal(text(withUser(Buffer.alloc(0), 'alice', 'new')), 'alice:new\n');
  assert.equal(text(withUser(Buffer.from('alice:a\n'), 'bob', 'b')), 'alice:a\nbob:b\n');
  const marked = Buffer.from('\ufeffalice:a\n');
  assert.equal(withUser(marked, 'alice', 'b').toString(), '\ufeffalice:b\n');
});

test('a name fits a line and a header field', () => {
  for (const name of ['a', 'alice@example.com', 'bob smith', '\u00c3\u00a0']) assert.ok(isName(name), name);
  for (const name of ['', 'a:b', '#a', ' a', 'a ', 'a\nb', 'a\r\nX-Admin', 'a\u0000', 'a'.repeat(256)])
    assert.ok(!isName(name), JSON.stringify(name));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldersFor, foldersForRequest, type LiveFolder } from '../../src/certificates/live-folders.ts';
import { certificatesError } from '../../src/certificates/messages.ts';
import { mends } from '../support/outside.ts';

const folder = (name: string, names: string, owner: LiveFolder['owner'] = 'up'): LiveFolder => ({ name, names, owner });

const earlier = (name: string, names: string): LiveFolder => ({ name, names, owner: undefined });

/** `live/` afterwards, as `folder: names`. */
function after(folders: LiveFolder[], changed: readonly LiveFolder[]): string[] {
  const all = new Map([...folders, ...changed].map(({ name, names }) => [name, names]));
  return [...all].map(([name, names]) => `${name}: ${names}`).sort();
}

test('a folder follows its certificate through changes of the configuration', (t) => {
  mends(t, 'acme/live-folder-by-first-sorted-name');
  const cases: [title: string, LiveFolder[], wanted: string[][], expected: string[]][] = [
    ['named by the first name as given', [], [['chat', 'api']], ['chat: api chat']],
    ['a name is added in front', [folder('chat', 'chat')], [['api', 'chat']], ['chat: api chat']],
    ['a name is removed', [folder('chat', 'api chat')], [['chat']], ['chat: chat']],
    ['its first name is removed', [folder('chat', 'api chat')], [['api']], ['chat: api']],
    ['two certificates become one', [folder('a', 'a'), folder('b', 'b')], [['a', 'b']], ['a: a b', 'b: a b']],
    ['one becomes two', [folder('a', 'a b')], [['a'], ['b']], ['a: a', 'b: b']],
    ['divided while the former one is valid', [folder('a', 'a b')], [['a'], ['a', 'b']], ['a-2: a', 'a: a b']],
    ['named by an earlier version', [earlier('api', 'api chat')], [['chat', 'api']], ['api: api chat']],
    [
      'a left-over of an earlier version',
      [earlier('api', 'api chat'), earlier('chat', 'chat')],
      [['chat', 'api']],
      ['api: api chat', 'chat: api chat'],
    ],
    ['of a person', [folder('a', 'a b', 'obtain')], [['a']], ['a-2: a', 'a: a b']],
  ];
  for (const [title, folders, wanted, expected] of cases) {
    const changed = foldersFor(
      wanted.map((names) => ({ names })),
      folders,
    );
    assert.deepEqual(after(folders, changed), expected.sort(), title);
    const again = foldersFor(
      wanted.map((names) => ({ names })),
      [...new Map([...folders, ...changed].map((one) => [one.name, one])).values()],
    );
    assert.deepEqual(again, [], `${title}: settled`);
  }
});

test('a certificate that a person obtains takes no folder of another one', (t) => {
  mends(t, 'acme/live-folder-by-first-sorted-name');
  const request = (folders: LiveFolder[], names: string[], chosen?: string): string[] =>
    after([], foldersForRequest(names, chosen, folders));
  const taken = (folders: LiveFolder[], names: string[], chosen?: string): void => {
    assert.throws(
      () => foldersForRequest(names, chosen, folders),
      (error) => certificatesError.is(error, 'certificates.folder-taken'),
    );
  };
  assert.deepEqual(request([], ['chat', 'api']), ['chat: api chat']);
  assert.deepEqual(request([folder('chat', 'chat', 'obtain')], ['chat', 'api']), ['chat: api chat'], 'a name is added');
  assert.deepEqual(
    request([folder('chat', 'api chat', 'obtain')], ['api', 'chat']),
    ['chat: api chat'],
    'another order',
  );
  taken([folder('a', 'a b', 'obtain')], ['a']);
  taken([folder('a', 'a b', 'obtain')], ['a', 'c']);
  taken([folder('a', 'a', 'up')], ['a', 'b']);
  assert.deepEqual(request([folder('a', 'a b', 'obtain')], ['a'], 'a'), ['a: a'], 'replaced on purpose');
  assert.deepEqual(request([folder('a', 'a b', 'obtain')], ['a'], 'office'), ['office: a']);
  assert.deepEqual(request([folder('a', 'a b', 'obtain'), folder('office', 'a', 'obtain')], ['a']), ['office: a']);
  taken([folder('a', 'a b', 'up')], ['a'], 'a');
  assert.deepEqual(
    request([earlier('api', 'api chat'), earlier('chat', 'chat')], ['chat', 'api']),
    ['api: api chat', 'chat: api chat'],
    'both folders of an earlier version hold the certificate from now on',
  );
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  circles,
  crossings,
  floorOf,
  type Import,
  importsOnly,
  pastRoot,
  readSource,
  root,
  roomOf,
  type SourceFile,
  upward,
} from './support/house.ts';

const files = readSource();

function shown({ file, target }: Import): string {
  return `${file} imports ${target}`;
}

test('every room has a floor', () => {
  const rooms = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    rooms.map(({ name }) => name).filter((room) => floorOf(room) === undefined),
    [],
  );
});

test('rooms import only rooms below them', () => {
  assert.ok(files.flatMap(({ imports }) => imports).length > 10, 'the scan finds the imports');
  assert.deepEqual(upward(files).map(shown), []);
});

test('the command line imports only app/ and base/', () => {
  const beyond = crossings(files).filter(({ file, target }) => {
    const allowed = importsOnly[roomOf(file)];
    return allowed !== undefined && !allowed.includes(roomOf(target));
  });
  assert.deepEqual(beyond.map(shown), []);
});

test('rooms import only the root files of other rooms, not their folders', () => {
  assert.deepEqual(pastRoot(files).map(shown), []);
});

test('there are no circular imports, not even of types', () => {
  assert.deepEqual(
    circles(files).map((circle) => circle.join(' → ')),
    [],
  );
});

test('finds a circle from any entry point', () => {
  const file = (name: string, ...imports: string[]): SourceFile => ({ file: name, lines: 1, imports });
  assert.deepEqual(circles([file('a', 'b', 'c'), file('b', 'c'), file('c')]), []);
  assert.deepEqual(circles([file('a', 'a')]), [['a']]);
  assert.deepEqual(circles([file('entry', 'a'), file('a', 'x', 'b'), file('b', 'c'), file('c', 'x', 'a'), file('x')]), [
    ['a', 'b', 'c'],
  ]);
  assert.equal(circles([file('a', 'b'), file('b', 'a'), file('c', 'd'), file('d', 'c')]).length, 2);
});

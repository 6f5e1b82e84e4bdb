import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

/** The house, top floor first. A room imports only rooms on lower floors; rooms on one floor do not import each other. */
const floors = [
  ['cli', 'page'],
  ['app'],
  ['control', 'doctor'],
  ['edge', 'nginx', 'acme-server', 'alerts', 'export'],
  ['certificates'],
  ['acme', 'authority', 'trust', 'apps'],
  ['probe'],
  ['hop', 'x509', 'store', 'config', 'dns'],
  ['names', 'base'],
];
const source = path.resolve(import.meta.dirname, '../src');
const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

function imports(): { from: string; to: string; file: string; target: string }[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(source, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1]!);
    return specifiers.map((specifier) => {
      const target = path.relative(source, path.resolve(source, path.dirname(file), specifier));
      return { file, target, from: roomOf(file), to: roomOf(target) };
    });
  });
}

/** `index.ts` at the root is a room of its own, named by the file. */
function roomOf(file: string): string {
  return file.split(path.sep)[0]!;
}

test('every room stands on a floor', () => {
  const rooms = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    rooms.map((entry) => entry.name).filter((room) => floorOf(room) < 0),
    [],
  );
});

test('a room imports only rooms below it', () => {
  const found = imports();
  assert.ok(found.length > 10, 'the scan sees the imports');
  const wrong = found.filter(({ from, to }) => {
    if (from === to || from === 'index.ts') return false;
    return !(floorOf(to) > floorOf(from));
  });
  assert.deepEqual(
    wrong.map(({ file, target }) => `${file} imports ${target}`),
    [],
  );
});

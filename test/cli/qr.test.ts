import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'uqr';
import { qrCode } from '../../src/cli/qr.ts';

const url = 'http://192.168.100.120:8080/everyhop/trust';
const quiet = 2;

/** The dark modules that the lines show, without the quiet zone. @param ink the colour that a block has. */
function modulesOf(lines: string[], ink: 'dark' | 'light'): boolean[][] {
  const halves = lines.flatMap((line) => {
    const blocks = Array.from(line);
    const upper = blocks.map((block) => '▀█'.includes(block));
    const lower = blocks.map((block) => '▄█'.includes(block));
    return [upper, lower];
  });
  const dark = halves.map((row) => row.map((isInk) => isInk === (ink === 'dark')));
  const { size } = encode(url, { ecc: 'L', border: 0 });
  return dark.slice(quiet, quiet + size).map((row) => row.slice(quiet, quiet + size));
}

test('draws black on white with colours, and light modules without; too narrow a terminal gets none', () => {
  const { data, size } = encode(url, { ecc: 'L', border: 0 });
  const coloured = qrCode(url, 80, true)!.split('\n');
  // oxlint-disable-next-line no-control-regex -- colours
  const bare = coloured.map((line) => /^ {2}\u001b\[38;5;16;48;5;231m(.*)\u001b\[0m$/.exec(line)![1]!);
  assert.deepEqual(modulesOf(bare, 'dark'), data);
  const plain = qrCode(url, 80, false)!
    .split('\n')
    .map((line) => line.slice(2));
  assert.deepEqual(modulesOf(plain, 'light'), data);
  const width = size + 2 * quiet + 4;
  assert.notEqual(qrCode(url, width, true), undefined);
  assert.equal(qrCode(url, width - 1, true), undefined);
  assert.ok(width <= 40 && coloured.length <= 18, 'fits a small terminal');
});

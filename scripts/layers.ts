/** Prints a picture of `src/`: its rooms by floor, the imports between them, and violations of the rules. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  circles,
  countBy,
  crossings,
  floorOf,
  floors,
  pastRoot,
  readSource,
  root,
  roomOf,
  upward,
} from '../test/support/house.ts';

const longFileLines = 400;
const columns = 120;
const files = readSource();
const between = crossings(files);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A list after `lead`; further lines are indented to match. */
function wrapped(lead: string, items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(lead + item);
    else if (last.length + item.length + 2 > columns) lines.push(' '.repeat(lead.length) + item);
    else lines[lines.length - 1] = `${last}, ${item}`;
  }
  return lines.join(',\n');
}

function drawRoom(room: string): string {
  const own = files.filter(({ file }) => roomOf(file) === room);
  if (own.length === 0) return `  ${room}  not built yet`;
  const title = `  ${room}  ${count(own.length)} files, ${count(sum(own.map(({ lines }) => lines)))} lines`;
  const arrows = countBy(
    between.filter(({ file }) => roomOf(file) === room),
    ({ target }) => roomOf(target),
  ).sort(([a], [b]) => (floorOf(b) ?? -1) - (floorOf(a) ?? -1));
  if (arrows.length === 0) return title;
  return `${title}\n${wrapped(
    '    → ',
    arrows.map(([to, imports]) => `${to} ${imports}`),
  )}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Includes tests, scripts and benchmarks. */
function longFiles(): string[] {
  const others = ['test', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => ({
        file: path.join(folder, file),
        lines: readFileSync(path.join(root, folder, file), 'utf8').split('\n').length - 1,
      })),
  );
  return [...files.map(({ file, lines }) => ({ file: path.join('src', file), lines })), ...others]
    .filter(({ lines }) => lines > longFileLines)
    .sort((a, b) => b.lines - a.lines)
    .map(({ file, lines }) => `${file} ${lines}`);
}

function listed(title: string, items: readonly string[]): string {
  return [`${title}: ${items.length}`, ...items.map((item) => `  ${item}`)].join('\n');
}

const rooms = new Set(files.map(({ file }) => roomOf(file)).filter((room) => floorOf(room) !== undefined));
const lineCounts = files.map(({ lines }) => lines);
const text = [
  `The house: ${rooms.size} rooms, ${count(files.length)} files, ` +
    `${count(sum(lineCounts))} lines (median ${median(lineCounts)} a file), ${count(between.length)} imports between rooms`,
  '',
  ...floors.map((floor, index) => `floor ${floors.length - 1 - index}\n${floor.map(drawRoom).join('\n')}`),
  '',
  listed(
    'Imports past a room’s root files',
    pastRoot(files).map(({ file, target }) => `${file} → ${target}`),
  ),
  listed(`Files over ${longFileLines} lines`, longFiles()),
  listed(
    'Upward arrows',
    upward(files).map(({ file, target }) => `${file} → ${target}`),
  ),
  listed(
    'Circles',
    circles(files).map((circle) => [...circle, circle[0]!].join(' → ')),
  ),
  '',
];
process.stdout.write(text.join('\n'));

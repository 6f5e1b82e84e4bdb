/**
 * Follows one page on the reader's machine: runs its commands in order, writes its files, compares what the commands print.
 * Argument: the page. The report goes to /mnt/report.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Block, blocksIn, commandsIn, fileNameOf, read, root } from '../blocks.ts';
import { difference } from '../output.ts';
import { environment, home, prepareMachine, startNginx } from './machine.ts';
import { isLasting, Terminal } from './terminal.ts';

const page = process.argv[2]!;
await prepareMachine();
if (read(page).includes('nginx secure')) startNginx();
const terminal = new Terminal(page.startsWith('README') ? root : home, environment);
const failures: string[] = [];
let commands = 0;
let last = '';
let lasts = false;
for (const block of blocksIn(read(page))) await follow(block);
const ended = await terminal.stop(/./);
if (ended.code !== 0) failures.push(ended.output);
writeFileSync('/mnt/report.json', JSON.stringify({ commands, failures }));
process.exit(0);

async function follow(block: Block): Promise<void> {
  if (block.notRun !== undefined) {
    last = '';
    return;
  }
  const fail = (text: string): void => void failures.push(`${page}:${block.line}: ${text}`);
  const name = fileNameOf(block);
  if (block.language === 'sh') {
    for (const command of commandsIn(block.text)) {
      commands++;
      const { code, output } = await terminal.run(command);
      last = output;
      lasts = isLasting(command);
      if (code !== 0) fail(`\`${command}\` ended with ${code}:\n${output}`);
    }
  } else if (name !== undefined) {
    const file = path.resolve(home, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${block.text}\n`);
    if (!/everyhop.*\.yaml$/.test(name)) return;
    const { code, output } = await terminal.run(`everyhop config check ${file}`);
    if (code !== 0) fail(output);
  } else if (block.language === '' && last !== '') {
    if (lasts) last = await terminal.printed((output) => difference(block.text, output) === undefined);
    const missing = difference(block.text, last);
    if (missing !== undefined) fail(`the output has no line like\n  ${missing}\nbut:\n${last}`);
  }
}

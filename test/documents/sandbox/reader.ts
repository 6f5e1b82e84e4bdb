/**
 * Follows one page on the reader's machine: runs its commands in order, writes its files, compares what the commands print.
 * Arguments: the page, and the process whose network is the internet. The report goes to /mnt/report.json.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { type Block, blocksIn, commandsIn, fileNameOf, read, root } from '../blocks.ts';
import { difference } from '../output.ts';
import { isLasting, Terminal } from './terminal.ts';

const [page, internet] = process.argv.slice(2) as [string, string];
const home = '/srv/reader';
const bin = '/usr/local/bin';
const node = process.execPath;

prepareMachine();
const beside = (name: string): string => path.join(import.meta.dirname, name);
const elsewhere = [`--net=/proc/${internet}/ns/net`, node, beside('internet.ts'), '/mnt', path.join(root, '.cache')];
await Promise.all([start(node, [beside('apps.ts')]), start('nsenter', elsewhere)]);
trustTheInternet();
writeCertificates();
if (read(page).includes('nginx secure')) startNginx();

const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: '/root', LANG: 'C.UTF-8', USER: 'root' };
const terminal = new Terminal(page.startsWith('README') ? root : home, env);
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

/** The programs and files that the pages take for granted. */
function prepareMachine(): void {
  symlinkSync(path.join(root, 'bin/everyhop.js'), path.join(bin, 'everyhop'));
  for (const name of ['node', 'sudo', 'npx']) spawnSync('rm', ['-f', path.join(bin, name)]);
  symlinkSync(node, path.join(bin, 'node'));
  writeFileSync(path.join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n');
  chmodSync(path.join(bin, 'sudo'), 0o755);
  for (const folder of [home, root]) writeFileSync(path.join(folder, 'app.py'), 'import ssl, urllib.request\n');
  writeFileSync(path.join(home, 'zerossl.hmac'), 'dGhlIGtleSBvZiBhbiBhY2NvdW50IGF0IGFuIGF1dGhvcml0eQ\n');
}

function startNginx(): void {
  const site =
    'server { listen 80; listen [::]:80; server_name chat.example.com; location / { proxy_pass http://127.0.0.1:3000; } }\n';
  spawnSync('rm', ['-f', '/etc/nginx/sites-enabled/default']);
  writeFileSync('/etc/nginx/conf.d/chat.conf', site);
  const { status, stderr } = spawnSync('nginx', { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Files of other programs that a page names. */
function writeCertificates(): void {
  for (const [from, to] of [
    ['root.pem', 'models-root.pem'],
    ['root.pem', 'clients.pem'],
    ['root.pem', 'office.pem'],
    ['models.pem', 'models.pem'],
    ['models-key.pem', 'models.key'],
  ] as const)
    copyFileSync(path.join('/mnt', from), path.join(home, to));
}

/** The root of the model server is private: only a file. */
function trustTheInternet(): void {
  const certificates = '/usr/local/share/ca-certificates';
  mkdirSync(certificates, { recursive: true });
  for (const name of ['root.pem', 'issuer.pem']) {
    copyFileSync(path.join('/mnt', name), path.join(certificates, name.replace('.pem', '.crt')));
    appendFileSync('/etc/ssl/certs/ca-certificates.crt', readFileSync(path.join('/mnt', name)));
  }
}

/** Resolves once it has printed `ready`. */
async function start(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [unknown];
  if (!String(first).startsWith('ready')) throw new Error(`${args.join(' ')} ended with ${String(first)}`);
}

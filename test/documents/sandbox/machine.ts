/** The machine of a document's reader, inside enter.sh: `everyhop` on its PATH, apps, an internet that it trusts. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../blocks.ts';

export const home = '/srv/reader';
const bin = '/usr/local/bin';
const node = process.execPath;

/** The environment of the reader's shell. */
export const environment = {
  PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: '/root',
  LANG: 'C.UTF-8',
  USER: 'root',
};

export async function prepareMachine(): Promise<void> {
  installPrograms();
  const beside = (name: string): string => path.join(import.meta.dirname, name);
  const network = `--net=/proc/${process.env['INTERNET']}/ns/net`;
  await Promise.all([
    start(node, [beside('apps.ts')]),
    start('nsenter', [network, node, beside('internet.ts'), '/mnt', path.join(root, '.cache')]),
  ]);
  trustTheInternet();
  writeCertificates();
}

function installPrograms(): void {
  for (const name of ['everyhop', 'node', 'sudo', 'npx']) spawnSync('rm', ['-f', path.join(bin, name)]);
  // As npm does when it installs the package.
  chmodSync(path.join(root, 'bin/everyhop.js'), 0o755);
  symlinkSync(path.join(root, 'bin/everyhop.js'), path.join(bin, 'everyhop'));
  symlinkSync(node, path.join(bin, 'node'));
  writeFileSync(path.join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n');
  chmodSync(path.join(bin, 'sudo'), 0o755);
  for (const folder of [home, root]) writeFileSync(path.join(folder, 'app.py'), 'import ssl, urllib.request\n');
  writeFileSync(path.join(home, 'zerossl.hmac'), 'dGhlIGtleSBvZiBhbiBhY2NvdW50IGF0IGFuIGF1dGhvcml0eQ\n');
}

/** As if its authorities were public. */
function trustTheInternet(): void {
  const certificates = '/usr/local/share/ca-certificates';
  mkdirSync(certificates, { recursive: true });
  for (const name of ['root.pem', 'issuer.pem']) {
    copyFileSync(path.join('/mnt', name), path.join(certificates, name.replace('.pem', '.crt')));
    appendFileSync('/etc/ssl/certs/ca-certificates.crt', readFileSync(path.join('/mnt', name)));
  }
}

/** Files of other programs that a page names. */
function writeCertificates(): void {
  const copies = {
    'models-root.pem': 'root.pem',
    'clients.pem': 'root.pem',
    'office.pem': 'root.pem',
    'models.pem': 'models.pem',
    'models.key': 'models-key.pem',
  };
  for (const [to, from] of Object.entries(copies)) copyFileSync(path.join('/mnt', from), path.join(home, to));
}

export function startNginx(): void {
  const site =
    'server { listen 80; listen [::]:80; server_name chat.example.com; location / { proxy_pass http://127.0.0.1:3000; } }\n';
  spawnSync('rm', ['-f', '/etc/nginx/sites-enabled/default']);
  writeFileSync('/etc/nginx/conf.d/chat.conf', site);
  const { status, stderr } = spawnSync('nginx', { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Resolves once it has printed `ready`. */
async function start(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [unknown];
  if (!String(first).startsWith('ready')) throw new Error(`${args.join(' ')} ended with ${String(first)}`);
}

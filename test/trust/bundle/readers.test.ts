import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Execution, execute } from '../../../src/base/process.ts';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import { bundlePaths } from '../../../src/trust/bundle/paths.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { judge } from '../../support/oracles.ts';
import { pythonOf, without } from '../../support/tools.ts';
import { makeLeaf, makeRoot } from './roots.ts';

// These programs use the real clock.
const days = Math.floor((Date.now() - Date.parse('2030-06-01T12:00:00Z')) / 86_400_000);
const root = makeRoot({ name: 'Root of the readers', from: days - 1, until: days + 365 });
const leaf = makeLeaf(root, { from: days - 1, until: days + 30 });

let folder: string;
let count: number;
let variables: Record<string, string>;
const server = createServer({ cert: leaf.pem, key: leaf.keyPem }, (_, response) => {
  response.setHeader('connection', 'close').end('seen');
});
let url: string;

before(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'everyhop-readers-'));
  folder = path.join(home, 'bundle');
  await mkdir(folder);
  await writeFile(path.join(home, 'root.pem'), root.pem);
  const bundle = await makeBundle({
    nowMs: Date.now(),
    publicSet: 'mozilla',
    rootFiles: [path.join(home, 'root.pem')],
  });
  count = bundle.anchors.length;
  publishBundle(folder, bundle, { toolVersion: '0' });
  const lines = readFileSync(bundlePaths(folder).env, 'utf8').trimEnd().split('\n');
  variables = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `https://localhost:${(server.address() as AddressInfo).port}/`;
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await rm(path.dirname(folder), { recursive: true });
});

/** The variables of the env file in an otherwise clean environment. */
function withBundle(program: string, ...args: string[]): Promise<Execution> {
  return execute(program, args, { env: { PATH: process.env['PATH'], HOME: folder, ...variables } });
}

const fetchScript = 'fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()))';
const pythonScripts = {
  httpx: 'import httpx, sys; print(httpx.get(sys.argv[1]).text)',
  requests: 'import requests, sys; print(requests.get(sys.argv[1]).text)',
  urllib: 'import urllib.request, sys; print(urllib.request.urlopen(sys.argv[1]).read().decode())',
};

test('curl, with the variables of the env file', { skip: without('curl') }, async () => {
  const { stdout, stderr } = await withBundle('curl', '--silent', '--show-error', url);
  assert.equal(stdout, 'seen', stderr);
});

test('Node’s fetch, with the variables of the env file', async () => {
  const { stdout, stderr } = await withBundle(process.execPath, '-e', fetchScript, url);
  assert.equal(stdout, 'seen\n', stderr);
  assert.equal(stderr, '');
});

for (const [name, script] of Object.entries(pythonScripts)) {
  test(`Python’s ${name}, with the variables of the env file`, { skip: without('pythonClients') }, async () => {
    const { stdout, stderr } = await withBundle(pythonOf('clients'), '-c', script, url);
    assert.equal(stdout, 'seen\n', stderr);
  });
}

test('Java, with the variables of the env file', { skip: without('java') }, async () => {
  const { port } = new URL(url);
  const program = path.join(import.meta.dirname, '../Connect.java');
  const { stdout, stderr } = await withBundle('java', '-XX:TieredStopAtLevel=1', program, port);
  assert.equal(stdout, '200\n', stderr);
});

test('a shell can read the env file', () => {
  const shown = execFileSync('sh', ['-c', `set -a; . ${bundlePaths(folder).env}; env`], { env: {}, encoding: 'utf8' });
  for (const [name, value] of Object.entries(variables))
    assert.ok(shown.split('\n').includes(`${name}=${value}`), name);
});

test('OpenSSL verifies with only the file, and with only the folder', { skip: without('openssl') }, async () => {
  const paths = bundlePaths(folder);
  await writeFile(path.join(path.dirname(folder), 'leaf.pem'), leaf.pem);
  for (const trust of [
    ['-no-CApath', '-no-CAstore', '-CAfile', paths.full],
    ['-no-CApath', '-no-CAstore', '-CAfile', paths.private],
    ['-no-CAfile', '-no-CAstore', '-CApath', paths.directory],
  ]) {
    const { stdout, stderr } = await judge('openssl', 'verify', ...trust, path.join(path.dirname(folder), 'leaf.pem'));
    assert.match(stdout, /OK/, stderr);
  }
});

test('Python loads every root of the bundle, and one from the private file', async () => {
  const script =
    'import ssl, sys\n' +
    'for file in sys.argv[1:]:\n' +
    '  context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n' +
    '  context.load_verify_locations(file)\n' +
    '  print(context.cert_store_stats()["x509_ca"])\n';
  const { full, private: privateFile } = bundlePaths(folder);
  const { stdout, stderr } = await judge('python3', '-c', script, full, privateFile);
  assert.equal(stdout, `${count}\n1\n`, stderr);
});

test('keytool counts the same number in both stores', { skip: without('java') }, async () => {
  const { pkcs12, jks } = bundlePaths(folder);
  for (const file of [pkcs12, jks]) {
    const { stdout, stderr } = await judge('keytool', '-list', '-keystore', file, '-storepass', 'changeit');
    assert.equal(stdout.match(/trustedCertEntry/g)?.length, count, stderr);
  }
});

/** Explanations of real nginx errors. */
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { execute } from '../../../src/base/process.ts';
import { type LogLine, parseLog } from '../../../src/nginx/program/log-line.ts';
import { explainStuck, isRefusal, type FailedReload } from '../../../src/nginx/proof/stuck.ts';
import { make } from '../../probe/certificates.ts';
import { nginxConf, nginxFolder, nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { targetAt } from './blocks.ts';

const skip = without('nginx');
const [one, other] = [
  await make({ subject: 'one', dns: ['a.test'] }),
  await make({ subject: 'other', dns: ['a.test'] }),
];
const unseen: FailedReload = {
  ok: false,
  targets: [{ target: targetAt('127.0.0.1', 443, 'a.test'), state: 'old', outcome: 'answered', detail: '404' }],
  oldWorkers: [12, 13],
};
const nobody = (): undefined => undefined;

/** nginx's messages about an invalid `server` block. @param as runs nginx as this user */
async function complaints(t: TestContext, server: string, as?: string): Promise<LogLine[]> {
  const folder = await nginxFolder(t, {
    'nginx.conf': nginxConf(`server { listen 127.0.0.1:1 ssl; ${server} }`).replace(
      /^error_log.*$/m,
      'error_log stderr;',
    ),
    'one.pem': one.pem,
    'one.key': one.keyPem,
    'other.key': other.keyPem,
    'broken.key': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  });
  await chmod(path.join(folder, 'one.key'), 0o600);
  const args = ['-t', '-p', folder, '-c', path.join(folder, 'nginx.conf')];
  const run =
    as === undefined ? [nginxProgram, ...args] : ['setpriv', `--reuid=${as}`, '--clear-groups', nginxProgram, ...args];
  const { stderr, code } = await execute(run[0]!, run.slice(1));
  assert.equal(code, 1, stderr);
  return parseLog(stderr);
}

const asRoot = process.getuid?.() === 0;
const keys: [name: string, key: string, as: string | undefined, reason: RegExp][] = [
  ['a missing key', 'none.key', undefined, /^No such file or directory$/],
  ['the key of another certificate', 'other.key', undefined, /^key values mismatch$/],
  ['a damaged key', 'broken.key', undefined, /./],
  ['an unreadable key', 'one.key', 'nobody', /^Permission denied$/],
];

for (const [name, key, as, reason] of keys) {
  const skipped = as !== undefined && !asRoot ? 'only root may become another user' : skip;
  test(`explains ${name}`, { skip: skipped }, async (t) => {
    const lines = await complaints(t, `ssl_certificate one.pem; ssl_certificate_key ${key};`, as);
    const [error, ...others] = explainStuck({ lines, seen: unseen }, nobody);
    assert.deepEqual([error?.code, others], ['nginx.key-unreadable', []]);
    const { file, reason: told } = (error?.params ?? {}) as Record<string, string>;
    assert.equal(path.basename(file ?? ''), key);
    assert.match(told ?? '', reason);
    assert.ok(lines.some(isRefusal));
  });
}

test('explains a missing certificate', { skip }, async (t) => {
  const lines = await complaints(t, 'ssl_certificate none.pem; ssl_certificate_key one.key;');
  assert.match(explainStuck({ lines, seen: unseen }, nobody)[0]!.message, /none\.pem/);
});

test('explains an address that this machine does not have', { skip }, async (t) => {
  const lines = await complaints(t, 'ssl_certificate one.pem; ssl_certificate_key one.key; listen 192.0.2.1:80;');
  const [error] = explainStuck({ lines, seen: unseen }, nobody);
  assert.equal(error?.code, 'nginx.address-missing');
  assert.match(error.message, /192\.0\.2\.1, port 80/);
  assert.ok(lines.some(isRefusal));
});

test("reports any other error in nginx's words, with its place", { skip }, async (t) => {
  const lines = await complaints(t, 'ssl_certificate one.pem; ssl_certificate_key one.key; unknown on;');
  const [error] = explainStuck({ lines, seen: unseen }, nobody);
  assert.equal(error?.code, 'nginx.reload-refused');
  assert.match(error.message, /unknown directive "unknown"/);
  assert.match(error.place?.file ?? '', /nginx\.conf$/);
});

const time = '2026/01/31 12:00:00';
const said: [text: string, code: string, refusal: boolean][] = [
  ['[emerg] 7#7: bind() to 0.0.0.0:80 failed (13: Permission denied)', 'nginx.port-denied', true],
  ['[emerg] 7#7: bind() to [::]:443 failed (98: Address already in use)', 'nginx.port-taken', false],
  ['[emerg] 7#7: still could not bind()', 'nginx.old-configuration', true],
  [
    '[alert] 8#8: *5 socket() failed (24: Too many open files) while connecting to upstream',
    'nginx.files-exhausted',
    false,
  ],
  ['[emerg] 7#7: open() "/var/log/nginx/a.log" failed (24: Too many open files)', 'nginx.files-exhausted', true],
  ['[alert] 8#8: *9 256 worker_connections are not enough', 'nginx.connections-exhausted', false],
  [
    '[emerg] 7#7: mmap(MAP_ANON|MAP_SHARED, 1099511627776) failed (12: Cannot allocate memory)',
    'nginx.reload-refused',
    true,
  ],
  [
    '[error] 8#8: *3 connect() failed (111: Connection refused) while connecting to upstream',
    'nginx.old-configuration',
    false,
  ],
  ['[notice] 7#7: signal 1 (SIGHUP) received from 9, reconfiguring', 'nginx.old-configuration', false],
];

for (const [text, code, refusal] of said) {
  test(`${text.slice(0, 70)}: ${code}`, () => {
    const lines = parseLog(`${time} ${text}`);
    assert.equal(lines.length, 1);
    assert.equal(explainStuck({ lines, seen: unseen }, nobody)[0]?.code, code);
    assert.equal(lines.some(isRefusal), refusal);
  });
}

test('reports five attempts on one port as one cause with the program that occupies it, and IPv6 separately', () => {
  const lines = parseLog(
    [...Array<string>(5).fill('0.0.0.0:443'), '[::]:443']
      .map((socket) => `${time} [emerg] 7#7: bind() to ${socket} failed (98: Address already in use)\n`)
      .join(''),
  );
  const errors = explainStuck({ lines, seen: unseen }, (address, port) => ({
    address,
    port,
    program: 'caddy',
    pid: 812,
  }));
  assert.deepEqual(
    errors.map(({ params }) => params),
    ['0.0.0.0', '::'].map((address) => ({ address, port: '443', program: 'caddy', pid: '812' })),
  );
});

test('ignores log lines of the traffic if nginx logs a cause', () => {
  const lines = parseLog(
    `${time} [alert] 8#8: *9 256 worker_connections are not enough\n${time} [emerg] 7#7: bind() to 0.0.0.0:80 failed (13: Permission denied)\n`,
  );
  assert.deepEqual(
    explainStuck({ lines, seen: unseen }, nobody).map(({ code }) => code),
    ['nginx.port-denied'],
  );
});

test('without log lines, blames another program on the port, but not nginx', () => {
  const holderOf = (program: string) => (address: string, port: number) => ({ address, port, program, pid: 812 });
  const codes = (program: string): string[] =>
    explainStuck({ lines: [], seen: unseen }, holderOf(program)).map(({ code }) => code);
  assert.deepEqual(codes('haproxy'), ['nginx.port-taken']);
  assert.deepEqual(codes('nginx'), ['nginx.old-configuration']);
});

test('every cause has complete texts in both languages', () => {
  const lines = parseLog(said.map(([text]) => `${time} ${text}\n`).join(''));
  const errors = lines.flatMap((line) => explainStuck({ lines: [line], seen: unseen }, nobody));
  for (const error of errors) {
    const [en, zh] = [error.report('en'), error.report('zh')];
    assert.match(zh.message, /[\u4e00-\u9fff]/);
    for (const text of [en.message, en.cause, en.hint, zh.message, zh.cause, zh.hint])
      assert.doesNotMatch(text, /\{\w+\}/);
  }
});

/** Chinese texts are Chinese: no English fragments but commands, codes and product names, and Chinese punctuation. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { errorCatalogues, report, wordCatalogues } from '../../src/app/messages.ts';
import { demoWords } from '../../src/apps/demo.ts';
import { EveryhopError, type ErrorData, GatheredError } from '../../src/base/errors.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { systemRandom as random } from '../../src/base/random.ts';
import { acmeError } from '../../src/acme/messages.ts';
import { writeDetail } from '../../src/certificates/attempt-detail.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { certificatesLedger } from '../../src/cli/certificates.ts';
import { readDocument } from '../../src/config/document.ts';
import { cliError, cliWords } from '../../src/cli/messages.ts';
import { Output } from '../../src/cli/output.ts';
import { tell } from '../../src/cli/up.ts';
import { lossPhrase } from '../../src/edge/loss.ts';
import { edgeError } from '../../src/edge/messages.ts';
import { tlsProblem } from '../../src/edge/tls-problem.ts';
import { failurePhrase } from '../../src/probe/phrases.ts';
import { openState } from '../../src/store/state.ts';
import { mends } from '../support/outside.ts';
import { temporaryFolder } from '../support/up.ts';

/** Every Chinese text, with its key. */
const texts = [...errorCatalogues, cliError, ...wordCatalogues, demoWords, cliWords].flatMap((catalogue) =>
  Object.entries(catalogue.texts as Record<string, { zh: unknown }>).flatMap(([key, { zh }]) =>
    (typeof zh === 'string' ? [zh] : Object.values(zh as Record<string, string>)).map((text) => ({ key, text })),
  ),
);

/** A command in a hint: from its program to the end of the ASCII text. */
const programs =
  'sudo|podman|openssl|dig|delv|timedatectl|npm|curl|ss|mv|cat|iconv|sed|ip|ls|namei|stat|ufw|python3?|keytool|rndc|named|diff|journalctl|' +
  'certutil|ulimit|df|expand|chmod|date|echo|systemctl|ps|od|grep|lsof|fuser|docker|apt-get|update-ca-certificates|tsig-keygen';
const command = new RegExp(
  String.raw`(?<![\w-])(?:${programs})(?![\w-])[ -~]*|\{everyhop[^}]*\}[ -~]*|--?[a-z][\w-]*(?: [A-Z]+)?`,
  'g',
);

/** Two English words in a row. Names of settings and protocols stand alone. */
function fragmentsIn(text: string): string[] {
  return (
    text
      .replace(command, '\u0001')
      .replace(/\{\w+\}/g, '\u0001')
      .match(/\b[a-z]{3,} [a-z]{2,}\b/g) ?? []
  );
}

test('Chinese texts contain no English fragments', (t) => {
  mends(t, 'ux/zh-mixed');
  const settings = new Set(['ssl default', 'certificates obtain', 'process off', 'client on', 'handshake on']);
  const mixed = texts.flatMap(({ key, text }) =>
    fragmentsIn(text)
      .filter((fragment) => !settings.has(fragment))
      .map((fragment) => `${key}: ${fragment}`),
  );
  assert.deepEqual(mixed, []);
});

test('Chinese punctuation: full width, no space after it, 您 for the reader', (t) => {
  mends(t, 'ux/zh-mixed');
  const han = '[\u4e00-\u9fff]';
  const wrong = texts.filter(
    ({ text }) =>
      /[：，。；！？、（「“] /.test(text) ||
      new RegExp(`${han}[,;!?](?: |$|${han})`).test(text.replace('[一, 二]', '')) ||
      new RegExp(`${han}\\(|\\)${han}`).test(text) ||
      /你|版本 \{revision\}/.test(text),
  );
  assert.deepEqual(wrong, []);
});

/** The errors in a YAML text. */
function problemsIn(text: string): readonly EveryhopError[] {
  try {
    return readDocument('a.yaml', text).problems;
  } catch (error) {
    if (error instanceof GatheredError) return error.problems;
    throw error;
  }
}

function chineseOf(error: ErrorData | EveryhopError): string {
  const { message, cause, hint } = report(error instanceof EveryhopError ? error.data() : error, 'zh');
  return [message, cause, hint].join('\n');
}

test('reasons from other programs are Chinese, with a code at most', async (t) => {
  mends(t, 'ux/zh-mixed');
  const broken = [
    'a: b: c',
    'a: [1, 2',
    'a: "b',
    'a: *none',
    'a: @b',
    'a:\n  b: 1\n c: 2',
    'a: {b: 1',
    '%X\n---\na: 1\n---\nb: 2',
    'a: "\\q"',
    '- a\nb: 1',
    'a: &x &y 1',
    'a: ]',
    '"multi\nline": 1: 2',
    'a: !!int x: y',
  ];
  const reasons = broken.flatMap((text) => problemsIn(text).map(chineseOf));
  assert.ok(reasons.length >= 10);
  const codes = [
    'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    'ERR_SSL_EE_KEY_TOO_SMALL',
    'ERR_SSL_CA_MD_TOO_WEAK',
    'ERR_OSSL_PEM_NO_START_LINE',
  ];
  reasons.push(
    ...[...codes, undefined].map((code) => chineseOf(edgeError('edge.snapshot-refused', { reason: tlsProblem(code) }))),
  );
  const failures = [
    'dns',
    'no-route',
    'denied',
    'failed',
    'tls-alert',
    'no-handshake',
    'closed',
    'malformed',
    'refused',
  ] as const;
  for (const reason of failures) {
    reasons.push(failurePhrase({ reason, code: 'ECODE', detail: 'some text of the system' }).in('zh'));
  }
  for (const reason of ['signal SIGKILL', 'exit code 1', 'no answer']) {
    reasons.push(chineseOf(edgeError('edge.workers-lost', { reason: lossPhrase(reason) })));
  }
  for (const text of reasons) assert.deepEqual(fragmentsIn(text), [], text);
});

function chineseOutput(): { output: Output; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(piece, _, done) {
      text += String(piece);
      done();
    },
  });
  return { output: new Output({ stdout: stream, stderr: stream, env: {} }, 'zh', false), text: () => text };
}

test('the ledger and lost workers in Chinese', async (t) => {
  mends(t, 'ux/zh-mixed');
  const folder = await temporaryFolder(t, 'chinese');
  const state = await openState(folder);
  const ledger = new Ledger(state.database, clock, random);
  const error = acmeError('acme.unreachable', {
    authority: 'ca.test',
    reason: failurePhrase({ reason: 'refused', detail: '' }),
  });
  await ledger.failed(await ledger.begin('letsencrypt', ['a.example.com']), error.code, writeDetail(error), undefined);
  await ledger.issued(await ledger.begin('letsencrypt', ['b.example.com']), false);
  await ledger.begin('letsencrypt', ['c.example.com']);
  await state.close();
  const { output, text } = chineseOutput();
  await certificatesLedger({ output, language: 'zh', version: '0', env: {} }, { state: folder });
  tell(output, { type: 'worker.lost', worker: 1, pid: 7, reason: 'signal SIGKILL' });
  const printed = text();
  assert.match(printed, /失败.*连接被拒绝/);
  assert.match(printed, /已签发[^]*进行中|进行中[^]*已签发/);
  assert.match(printed, /信号 SIGKILL/);
  assert.deepEqual(fragmentsIn(printed), [], printed);
});

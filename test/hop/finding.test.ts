import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCatalogues, findingReport, report, wordCatalogues } from '../../src/app/messages.ts';
import { type ErrorTexts, EveryhopError } from '../../src/base/errors.ts';
import { inWords, type Language, type WordTexts } from '../../src/base/language.ts';
import { baseWords, listOf } from '../../src/base/messages.ts';
import { edgeError } from '../../src/edge/messages.ts';
import { errorsIn, Fault, type Finding, okFinding } from '../../src/hop/finding.ts';
import type { Hop } from '../../src/hop/hop.ts';
import { preflightWords } from '../../src/certificates/preflight/messages.ts';
import { proofWords } from '../../src/nginx/proof/messages.ts';
import { probeWords } from '../../src/probe/messages.ts';
import { failurePhrase, unverifiedPhrase } from '../../src/probe/phrases.ts';
import { bundleError } from '../../src/trust/messages.ts';
import { x509Error } from '../../src/x509/messages.ts';

const hop: Hop = {
  from: { role: 'visitor', name: 'requests' },
  to: { host: 'chat.test', port: 8443, url: 'https://chat.test:8443/', address: '127.0.0.1' },
  presents: { serial: '0a', fingerprint: 'ab12', notAfterMs: 1_800_000_000_000 },
  trust: { roots: 'bundle', file: '/var/lib/everyhop/trust/full.pem' },
};
const languages: Language[] = ['en', 'zh'];

function notProven(): Fault {
  const difference = proofWords('nginx.proof.status', { value: 404 });
  const error = edgeError(
    'edge.not-proven',
    { url: 'https://chat.test/', address: '127.0.0.1', difference },
    { place: { file: 'everyhop.yaml', line: 3 } },
  );
  const evidence = [proofWords('nginx.proof.status', { value: 404 }), 'nginx says: Bearer abcdef0123456789'];
  return new Fault('error', error, { hop, evidence, fix: 'ss -ltnp' });
}

function sent(finding: Finding): Finding {
  return JSON.parse(JSON.stringify(finding)) as Finding;
}

test('a finding renders the same after JSON, in both languages', () => {
  const findings = [
    notProven(),
    new Fault('warning', edgeError('edge.not-proven', { url: 'u', address: 'a', difference: 'd' })),
    okFinding(preflightWords('preflight-fine.caa', { name: 'a.test', at: 'test' }), { hop }),
  ];
  for (const finding of findings) {
    for (const language of languages) {
      assert.deepEqual(findingReport(sent(finding), language), findingReport(finding, language));
    }
    assert.deepEqual(sent(sent(finding)), sent(finding));
  }
  assert.deepEqual(sent(findings[0]!).hop, hop);
  assert.deepEqual(Object.keys(sent(findings[1]!)).sort(), ['code', 'evidence', 'params', 'severity']);
});

test('renders message, cause, hint, place, evidence and fix of a fault in the reader’s language', () => {
  const { message, cause, hint } = report(notProven(), 'zh');
  assert.match(message, /^https:\/\/chat\.test\/ .+状态码 404/);
  assert.deepEqual(findingReport(notProven(), 'zh'), {
    code: 'edge.not-proven',
    severity: 'error',
    message,
    cause,
    hint,
    place: { file: 'everyhop.yaml', line: 3 },
    evidence: ['状态码 404', 'nginx says: Bearer [redacted]'],
    fix: 'ss -ltnp',
    hop,
  });
  assert.equal(findingReport(notProven(), 'en').evidence[0], 'status 404');
});

test('a finding with severity ok has only a message', () => {
  const finding = okFinding(preflightWords('preflight-fine.clock', {}));
  assert.deepEqual(findingReport(finding, 'en'), {
    code: 'preflight-fine.clock',
    severity: 'ok',
    message: 'the clock agrees with that of the authority',
    evidence: [],
  });
});

test('a fault keeps its error in this process; errorsIn ignores warnings', () => {
  const error = edgeError('edge.not-proven', { url: 'u', address: 'a', difference: 'd' });
  const faults = [
    new Fault('warning', error),
    new Fault('error', error),
    okFinding(preflightWords('preflight-fine.clock', {})),
  ];
  assert.deepEqual(
    errorsIn(faults).map((fault) => fault.error),
    [error],
  );
});

test('an error as a parameter of another renders in the reader’s language, also after JSON', () => {
  const reason = x509Error('x509.pem-garbage', { line: 7 }).meaning;
  const finding = new Fault('error', bundleError('trust.block-broken', { block: 2, reason }));
  for (const one of [finding, sent(finding)]) {
    assert.equal(findingReport(one, 'zh').message, '第 2 个块已损坏：PEM 文本第 7 行无效。');
    assert.match(findingReport(one, 'en').message, /^Block 2 is damaged: Line 7 /);
  }
  assert.equal(finding.error.message, findingReport(finding, 'en').message);
});

test('renders a probe’s reasons in both languages; another program’s text stays', () => {
  const detail = 'connect ECONNREFUSED 127.0.0.1:80';
  const phrases = [
    failurePhrase({ reason: 'refused', detail }),
    failurePhrase({ reason: 'timed-out', detail: probeWords('probe.no-connection', { ms: 3000 }) }),
    failurePhrase({ reason: 'tls-alert', detail: 'ssl/tls alert handshake failure' }),
    unverifiedPhrase('expired', 'CERT_HAS_EXPIRED'),
    listOf(['ns1', baseWords('text.in-detail', { what: 'ns2', detail: probeWords('probe.dns', {}) })]),
  ];
  const read = (language: Language): string[] => phrases.map((phrase) => inWords(phrase, language));
  assert.deepEqual(read('zh'), [
    '连接被拒绝',
    '3000 毫秒内未能建立连接',
    '服务器以 TLS 警报结束了握手（ssl/tls alert handshake failure）',
    '证书已过期（CERT_HAS_EXPIRED）',
    'ns1、ns2（名称无法解析）',
  ]);
  assert.deepEqual(read('en').slice(0, 2), ['connection refused', 'no connection within 3000 ms']);
  const { message } = findingReport(
    sent(new Fault('error', edgeError('edge.upstream-down', { upstream: 'u', reason: phrases[2]! }))),
    'zh',
  );
  assert.equal(message, 'u 尚无应答（服务器以 TLS 警报结束了握手（ssl/tls alert handshake failure））。');
});

test('every code has a message, a cause and a hint in both languages, with every parameter filled in', () => {
  const texts: ErrorTexts = Object.assign({}, ...errorCatalogues.map((catalogue) => catalogue.texts));
  const codes = Object.keys(texts);
  assert.ok(codes.length > 200);
  for (const code of codes) {
    const finding = sent(new Fault('error', new EveryhopError(code, texts[code]!, parametersOf(texts[code]!))));
    const [english, chinese] = languages.map((language) => findingReport(finding, language));
    for (const part of ['message', 'cause', 'hint'] as const) {
      for (const { [part]: text = '' } of [english!, chinese!]) {
        assert.ok(text.length > 3 && !/\{\w+\}/.test(text) && text !== code, `${code} ${part}: ${text}`);
      }
    }
    assert.match(chinese!.message + chinese!.cause + chinese!.hint, /\p{Script=Han}/u, code);
  }
  const words: WordTexts = Object.assign({}, ...wordCatalogues.map((catalogue) => catalogue.texts));
  for (const code of Object.keys(words).filter((key) => /-fine\./.test(key))) {
    const finding: Finding = { code, params: {}, severity: 'ok', evidence: [] };
    assert.match(findingReport(finding, 'zh').message, /\p{Script=Han}/u, code);
  }
});

/** A value for each `{name}`. */
function parametersOf(texts: object): Record<string, string> {
  return Object.fromEntries([...JSON.stringify(texts).matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, 'value']));
}

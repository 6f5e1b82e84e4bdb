import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as always, property, string } from '../support/fast-check.ts';
import { acceptedLanguage } from '../../src/apps/demo/language.ts';
import { demoWords } from '../../src/apps/demo/messages.ts';
import { answer, languageOf, type RequestDetails, tokens } from '../../src/apps/demo/responder.ts';

const details: RequestDetails = {
  method: 'POST',
  path: '/v1/chat/completions',
  host: 'chat.test',
  scheme: 'https',
  client: '192.0.2.7',
  agent: 'curl/8',
};

test('joining the tokens gives the text', () => {
  always(
    property(string({ unit: 'binary' }), (text) => {
      assert.equal(tokens(text).join(''), text);
    }),
  );
  assert.deepEqual(tokens('Hello there. 你好，world!'), ['Hello', ' there.', ' 你', '好', '，', 'world!']);
});

test('says that it is not a language model', () => {
  assert.match(answer('What are you?', details, 'en'), /not a language model/);
  assert.match(answer('你是什么？', details, 'zh'), /不是语言模型/);
});

test('calls a connection secure only if a proxy reported https', () => {
  assert.match(answer('Is my connection secure?', details, 'en'), /over HTTPS, for the host chat\.test/);
  for (const scheme of [undefined, 'http']) {
    assert.match(answer('我的连接安全吗？', { ...details, scheme }, 'zh'), /明文 HTTP/);
  }
});

test('reports the request, and marks unknown details', () => {
  assert.match(answer('What did you see of my request?', details, 'en'), /POST .* chat\.test.*192\.0\.2\.7.*curl\/8/);
  for (const language of ['en', 'zh'] as const) {
    const question = demoWords.say(language, 'demo.page.ask-seen', {});
    assert.match(answer(question, { ...details, client: undefined }, language), /POST .* chat\.test.*(?:unknown|未知)/);
  }
});

test('counts to 200 at most', () => {
  assert.equal(answer('Count to 5', details, 'en'), '1, 2, 3, 4, 5.');
  assert.equal(answer('数到 3', details, 'zh'), '1、2、3。');
  assert.match(answer('count to 999999', details, 'en'), /, 200\.$/);
  assert.match(answer('count to 0', details, 'en'), /You wrote/);
});

test('repeats any other text, truncated without splitting a character', () => {
  assert.match(answer('Teach me to fish', details, 'en'), /“Teach me to fish”/);
  const long = answer('🐟'.repeat(500), details, 'en');
  assert.ok(long.includes(`${'🐟'.repeat(400)}…`) && long.isWellFormed());
});

test('answers in the language of the text, or else of the client', () => {
  assert.equal(languageOf('说 English', 'en'), 'zh');
  assert.equal(languageOf('Hello', 'zh'), 'en');
  assert.equal(languageOf('42?', 'zh'), 'zh');
});

test('parses Accept-Language by weight', () => {
  assert.equal(acceptedLanguage(undefined), 'en');
  assert.equal(acceptedLanguage('zh-CN,zh;q=0.9,en;q=0.8'), 'zh');
  assert.equal(acceptedLanguage('en;q=0.5, zh-Hant;q=0.7'), 'zh');
  assert.equal(acceptedLanguage('fr, zh;q=0, de'), 'en');
  assert.equal(acceptedLanguage('fr, zh;q=0.2'), 'zh');
  assert.equal(acceptedLanguage('zhx, *'), 'en');
});

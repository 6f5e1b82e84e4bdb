import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as always, property, string } from '../support/fast-check.ts';
import { acceptedLanguage } from '../../src/apps/demo/language.ts';
import { type Seen, answer, languageOf, tokens } from '../../src/apps/demo/responder.ts';

const seen: Seen = {
  method: 'POST',
  path: '/v1/chat/completions',
  host: 'chat.test',
  scheme: 'https',
  client: '192.0.2.7',
  agent: 'curl/8',
};

test('tokens joined are the text again', () => {
  always(
    property(string({ unit: 'binary' }), (text) => {
      assert.equal(tokens(text).join(''), text);
    }),
  );
  assert.deepEqual(tokens('Hello there. 你好，world!'), ['Hello', ' there.', ' 你', '好', '，', 'world!']);
});

test('it says that it is no language model', () => {
  assert.match(answer('What are you?', seen, 'en'), /not a language model/);
  assert.match(answer('你是什么？', seen, 'zh'), /不是语言模型/);
});

test('it calls a connection secure only where an edge says https', () => {
  assert.match(answer('Is my connection secure?', seen, 'en'), /over HTTPS, for the host chat\.test/);
  for (const scheme of [undefined, 'http']) {
    assert.match(answer('我的连接安全吗？', { ...seen, scheme }, 'zh'), /明文 HTTP/);
  }
});

test('it tells what it saw of the request, and what nobody told it', () => {
  assert.match(answer('What did you see of my request?', seen, 'en'), /POST .* chat\.test.*192\.0\.2\.7.*curl\/8/);
  assert.match(answer('你看到了我的请求的哪些内容？', { ...seen, client: undefined }, 'zh'), /未告知/);
});

test('it counts, up to two hundred', () => {
  assert.equal(answer('Count to 5', seen, 'en'), '1, 2, 3, 4, 5.');
  assert.equal(answer('数到 3', seen, 'zh'), '1、2、3。');
  assert.match(answer('count to 999999', seen, 'en'), /, 200\.$/);
  assert.match(answer('count to 0', seen, 'en'), /You wrote/);
});

test('it repeats what else is written, and shortens it without splitting a character', () => {
  assert.match(answer('Teach me to fish', seen, 'en'), /“Teach me to fish”/);
  const long = answer('🐟'.repeat(500), seen, 'en');
  assert.ok(long.includes(`${'🐟'.repeat(400)}…`) && long.isWellFormed());
});

test('it answers in the language of the text, else in that of the client', () => {
  assert.equal(languageOf('说 English', 'en'), 'zh');
  assert.equal(languageOf('Hello', 'zh'), 'en');
  assert.equal(languageOf('42?', 'zh'), 'zh');
});

test('Accept-Language is read by weight', () => {
  assert.equal(acceptedLanguage(undefined), 'en');
  assert.equal(acceptedLanguage('zh-CN,zh;q=0.9,en;q=0.8'), 'zh');
  assert.equal(acceptedLanguage('en;q=0.5, zh-Hant;q=0.7'), 'zh');
  assert.equal(acceptedLanguage('fr, zh;q=0, de'), 'en');
  assert.equal(acceptedLanguage('fr, zh;q=0.2'), 'zh');
  assert.equal(acceptedLanguage('zhx, *'), 'en');
});

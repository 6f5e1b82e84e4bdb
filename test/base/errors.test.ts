import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../src/app/messages.ts';
import { type ErrorData, EveryhopError, defineErrors, isError } from '../../src/base/errors.ts';
import { defineWords } from '../../src/base/language.ts';
import { proofError, proofWords } from '../../src/nginx/proof/messages.ts';

const fruitError = defineErrors({
  'fruit.bruised': {
    en: { meaning: '{fruit} is {state}.', cause: 'It fell.', hint: 'Eat {fruit} today.' },
    zh: { meaning: '{fruit}{state}。', cause: '它掉在地上了。', hint: '今天就吃掉{fruit}。' },
  },
  'fruit.heap': {
    en: { meaning: '{count} are bruised.', cause: 'They fell.', hint: 'Eat them today.' },
    zh: { meaning: '有 {count} 个碰伤了。', cause: '它们掉在地上了。', hint: '今天就吃掉。' },
  },
});
const fruitWords = defineWords({
  pear: { en: 'the {colour} pear', zh: '{colour}梨' },
  soft: { en: 'soft', zh: '软了' },
  green: { en: 'green', zh: '青' },
});

test('renders a phrase among the parameters in the language of the error', () => {
  const fruit = fruitWords('pear', { colour: fruitWords('green', {}) });
  const error = fruitError('fruit.bruised', { fruit, state: fruitWords('soft', {}) });
  assert.equal(error.message, 'the green pear is soft.');
  assert.equal(error.report('zh').message, '青梨软了。');
  assert.equal(error.report('zh').hint, '今天就吃掉青梨。');
});

test('renders an error received as JSON in either language', () => {
  const error = proofError('nginx.not-proven', {
    url: 'https://a.test/',
    meant: proofWords('nginx.proof.status', { value: 200 }),
    seen: proofWords('nginx.proof.no-answer', { reason: 'x' }),
    block: '–',
  });
  const sent = JSON.parse(JSON.stringify(error.data())) as ErrorData;
  assert.deepEqual(Object.keys(sent).sort(), ['code', 'params']);
  assert.deepEqual(report(sent, 'en'), error.report('en'));
  assert.deepEqual(report(sent, 'zh'), error.report('zh'));
  assert.match(error.report('zh').message, /状态码 200/);
});

test('shows an unknown code from a newer program as is', () => {
  const { message } = report({ code: 'future.thing', params: {} }, 'en');
  assert.equal(message, 'future.thing');
});

test('gathered errors keep their codes, places and texts', () => {
  const bruised = fruitError('fruit.bruised', { fruit: 'a', state: 'b' }, { place: { file: 'f', line: 2 } });
  const heap = fruitError.gathered('fruit.heap', { count: 1 }, [bruised]);
  assert.deepEqual(heap.data(), {
    code: 'fruit.heap',
    params: { count: '1' },
    problems: [{ code: 'fruit.bruised', params: { fruit: 'a', state: 'b' }, place: { file: 'f', line: 2 } }],
  });
  assert.equal(heap.report('zh').problems?.[0]?.message, 'ab。');
  const first = bruised.gather([bruised, heap]);
  assert.equal(first.code, 'fruit.bruised');
  assert.equal(first.problems.length, 2);
});

test('a copy with a place keeps the original as its cause', () => {
  const error = fruitError('fruit.bruised', { fruit: 'a', state: 'b' });
  const placed = error.at({ file: 'f', line: 3 });
  assert.deepEqual(placed.place, { file: 'f', line: 3 });
  assert.equal(placed.cause, error);
  assert.equal(placed.message, error.message);
  assert.ok(
    placed instanceof EveryhopError && isError(placed, 'fruit.bruised') && fruitError.is(placed, 'fruit.bruised'),
  );
  assert.ok(!fruitError.is(placed, 'fruit.heap') && !isError(new Error('x'), 'fruit.bruised'));
});

test('redacts secrets in parameters in every language', () => {
  const error = fruitError('fruit.bruised', { fruit: 'Bearer abcdef0123456789', state: 'b' });
  for (const text of [error.message, JSON.stringify(error.data()), JSON.stringify(error.report('zh'))]) {
    assert.doesNotMatch(text, /abcdef0123456789/);
  }
});

test('a phrase among the parameters carries no secret either', () => {
  const fruit = fruitWords('pear', { colour: 'Bearer abcdef0123456789' });
  const error = fruitError('fruit.bruised', { fruit, state: 'b' });
  for (const text of [error.message, JSON.stringify(error.data()), error.report('zh').hint]) {
    assert.doesNotMatch(text, /abcdef0123456789/);
  }
});

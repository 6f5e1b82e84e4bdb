import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import OpenAI, { APIError } from 'openai';
import { startDemo } from '../../src/apps/demo/server.ts';
import { FakeClock } from '../support/clock.ts';

async function start(t: TestContext): Promise<{ url: string; clock: FakeClock }> {
  const clock = new FakeClock();
  const demo = await startDemo({ clock });
  t.after(() => demo.close());
  return { url: demo.url, clock };
}

const ask = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  });
const question = (content: string, more: object = {}): object => ({
  model: 'everyhop-demo',
  messages: [{ role: 'user', content }],
  ...more,
});

/** Advances the clock continuously, for clients that cannot be stepped. */
function run(t: TestContext, clock: FakeClock): void {
  const ticker = setInterval(() => clock.advance(33), 1);
  t.after(() => clearInterval(ticker));
}

test('sends each token exactly when it is due', async (t) => {
  const { url, clock } = await start(t);
  const response = await ask(url, question('count to 4', { stream: true }));
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<{ choices: { delta: object; finish_reason: string | null }[] }> => {
    const { value } = await reader.read();
    assert.match(value!, /^data: .*\n\n$/, 'one event at a time');
    return JSON.parse(value!.slice(6));
  };
  assert.deepEqual((await next()).choices[0]!.delta, { role: 'assistant', content: '', refusal: null });
  for (const content of ['1,', ' 2,', ' 3,']) {
    clock.advance(32);
    assert.equal(clock.pending, 1, 'still waiting');
    clock.advance(1);
    assert.deepEqual((await next()).choices[0], {
      index: 0,
      delta: { content },
      logprobs: null,
      finish_reason: null,
    });
  }
  clock.advance(33);
  let rest = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) rest += piece.value;
  const events = rest.trimEnd().split('\n\n');
  assert.match(events[0]!, /" 4\."/);
  assert.match(events[1]!, /"delta":\{\},"logprobs":null,"finish_reason":"stop"/);
  assert.equal(events[2], 'data: [DONE]');
});

test("OpenAI's client streams, gets usage, and reads a complete answer", async (t) => {
  const { url, clock } = await start(t);
  run(t, clock);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Count to 12' }] }];
  const stream = await client.chat.completions.create({
    model: 'everyhop-demo',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  assert.equal(
    chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
    '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.',
  );
  assert.equal(chunks.length, 1 + 12 + 1 + 1);
  assert.deepEqual(chunks.at(-1)!.usage, { prompt_tokens: 3, completion_tokens: 12, total_tokens: 15 });
  assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);

  const whole = await client.chat.completions.create({ model: 'everyhop-demo', messages, max_tokens: 3 });
  assert.equal(whole.choices[0]!.message.content, '1, 2, 3,');
  assert.equal(whole.choices[0]!.finish_reason, 'length');
  const models = await client.models.list();
  assert.deepEqual(
    models.data.map((model) => model.id),
    ['everyhop-demo'],
  );
  assert.equal((await client.models.retrieve('everyhop-demo')).object, 'model');
  await assert.rejects(client.models.retrieve('gpt'), (error: APIError) => error.code === 'model_not_found');
});

test("reports invalid requests in OpenAI's error format", async (t) => {
  const { url } = await start(t);
  const cases: [unknown, number, string, string | null][] = [
    ['{', 400, 'invalid_json', null],
    [Buffer.from('{"model":"\xff"}', 'latin1'), 400, 'invalid_json', null],
    ['[]', 400, 'invalid_json', null],
    [{ messages: [] }, 400, 'missing_required_parameter', 'model'],
    [{ model: 'x' }, 400, 'missing_required_parameter', 'messages'],
    [{ model: 1, messages: [{}] }, 400, 'invalid_value', 'model'],
    [{ model: 'x', messages: [] }, 400, 'invalid_value', 'messages'],
    [{ model: 'x', messages: [null] }, 400, 'invalid_value', 'messages[0]'],
    [{ model: 'x', messages: [{ role: 'user' }] }, 400, 'invalid_value', 'messages[0].content'],
    [question('x', { stream: 'yes' }), 400, 'invalid_value', 'stream'],
    [question('x', { n: 2 }), 400, 'invalid_value', 'n'],
    [question('x', { max_tokens: 0 }), 400, 'invalid_value', 'max_tokens'],
    [question('x', { max_completion_tokens: 0 }), 400, 'invalid_value', 'max_completion_tokens'],
    [question('x'.repeat(1024 * 1024)), 413, 'request_too_large', null],
  ];
  for (const [body, status, code, param] of cases) {
    const response = await ask(url, body);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    assert.deepEqual(
      [response.status, error['code'], error['param'], error['type']],
      [status, code, param, 'invalid_request_error'],
    );
    assert.ok(String(error['message']).length > 10);
  }
  const chinese = { 'accept-language': 'zh-CN' };
  assert.match(await (await ask(url, '{', chinese)).text(), /不是有效的 JSON/);
  assert.match(await (await ask(url, question('x', { n: 2 }), chinese)).text(), /要求：1。/);
  assert.match(await (await ask(url, question('x', { max_tokens: 0 }), chinese)).text(), /要求：正整数。/);
});

test('rejects other paths, methods and content types', async (t) => {
  const { url } = await start(t);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal((await fetch(`${url}/etc/passwd`)).status, 404);
  assert.equal((await fetch(`${url}/v1/chat/completions`)).status, 405);
  assert.equal((await fetch(`${url}/`, { method: 'POST' })).status, 405);
  // A form on another site can send text/plain without a preflight request, but not application/json.
  assert.equal((await ask(url, question('hi'), { 'content-type': 'text/plain' })).status, 415);
});

test('a stream ends if its client leaves, and close() ends the others', async (t) => {
  const clock = new FakeClock();
  const demo = await startDemo({ clock });
  t.after(() => demo.close());
  const leaving = new AbortController();
  const left = await fetch(`${demo.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question('count to 200', { stream: true })),
    signal: leaving.signal,
  });
  await left.body!.getReader().read();
  assert.equal(clock.pending, 1);
  leaving.abort();
  let tokens = 0;
  for (; clock.pending > 0; tokens++) {
    clock.advance(33);
    await new Promise(setImmediate);
  }
  assert.ok(tokens < 200, 'it did not count to the end');
  const { port } = new URL(demo.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  await demo.close();
  await once(socket, 'close');
});

test('serves the page in the requested language, with a policy for its own script and style only', async (t) => {
  const { url } = await start(t);
  const english = await fetch(url);
  const policy = english.headers.get('content-security-policy')!;
  assert.match(policy, /default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const text = await english.text();
  assert.match(text, /<html lang="en">[^]*<title[^>]*>Everyhop demo<\/title>/);
  assert.doesNotMatch(text, /(?:src|href)="(?!data:|#)/, 'no external resources');
  const chinese = await (await fetch(url, { headers: { 'accept-language': 'zh' } })).text();
  assert.match(chinese, /<html lang="zh-Hans">[^]*<title[^>]*>Everyhop 演示<\/title>/);
});

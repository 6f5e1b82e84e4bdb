import type { ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { delay } from '../../base/clock.ts';
import type { ChatRequest } from './request.ts';
import { tokens } from './responder.ts';

export const model = 'everyhop-demo';

/** About 30 tokens a second, like a mid-sized model. */
const tokenIntervalMs = 33;

interface Reply {
  pieces: string[];
  finish: 'stop' | 'length';
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

function reply(request: ChatRequest, text: string): Reply {
  const all = tokens(text);
  const pieces = all.slice(0, request.maxTokens ?? all.length);
  const prompt = request.messages.reduce((sum, message) => sum + tokens(message.content).length, 0);
  return {
    pieces,
    finish: pieces.length < all.length ? 'length' : 'stop',
    usage: {
      prompt_tokens: prompt,
      completion_tokens: pieces.length,
      total_tokens: prompt + pieces.length,
    },
  };
}

/** Sends the reply as one `chat.completion` object, after the time that generating its tokens would take. */
export async function sendCompletion(
  response: ServerResponse,
  request: ChatRequest,
  text: string,
  { clock, id }: { clock: Clock; id: string },
): Promise<void> {
  const created = Math.floor(clock.now() / 1000);
  const { pieces, finish, usage } = reply(request, text);
  await delay(clock, pieces.length * tokenIntervalMs);
  const message = { role: 'assistant', content: pieces.join(''), refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ id, object: 'chat.completion', created, model, choices, usage, system_fingerprint: null }),
  );
}

/** Sends the reply as `chat.completion.chunk` events with one token each, until `[DONE]` or the client leaves. */
export async function sendStream(
  response: ServerResponse,
  request: ChatRequest,
  text: string,
  { clock, id }: { clock: Clock; id: string },
): Promise<void> {
  const created = Math.floor(clock.now() / 1000);
  const { pieces, finish, usage } = reply(request, text);
  const common = { id, object: 'chat.completion.chunk', created, model, system_fingerprint: null };
  const event = (choices: unknown[], extra: object = request.includeUsage ? { usage: null } : {}): void => {
    response.write(`data: ${JSON.stringify({ ...common, choices, ...extra })}\n\n`);
  };
  const choice = (delta: object, reason: string | null = null): object[] => [
    { index: 0, delta, logprobs: null, finish_reason: reason },
  ];
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.flushHeaders();
  event(choice({ role: 'assistant', content: '', refusal: null }));
  for (const content of pieces) {
    await delay(clock, tokenIntervalMs);
    if (response.destroyed) return;
    event(choice({ content }));
  }
  event(choice({}, finish));
  if (request.includeUsage) event([], { usage });
  response.end('data: [DONE]\n\n');
}

import type { IncomingMessage } from 'node:http';
import type { Language, WordParams } from '../../base/language.ts';
import { demoWords } from './messages.ts';

export const bodyLimitBytes = 1024 * 1024;

/** The fields of a chat completion request that the responder uses. */
export interface ChatRequest {
  /** Without parts that are not text. */
  messages: { role: string; content: string }[];
  stream: boolean;
  includeUsage: boolean;
  maxTokens: number | undefined;
}

/** A rejected request, as an error in OpenAI's format. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly words: (language: Language) => string;

  constructor(status: number, code: string, param: string | null, words: (language: Language) => string) {
    super(words('en'));
    this.status = status;
    this.code = code;
    this.param = param;
    this.words = words;
  }

  body(language: Language): string {
    const type = this.status < 500 ? 'invalid_request_error' : 'server_error';
    return JSON.stringify({ error: { message: this.words(language), type, param: this.param, code: this.code } });
  }
}

type DemoTexts = typeof demoWords.texts;

export function refuse<K extends keyof DemoTexts>(
  status: number,
  code: string,
  param: string | null,
  key: K,
  params: WordParams<DemoTexts, K>,
): Refusal {
  return new Refusal(status, code, param, (language) => demoWords.say(language, key, params));
}

type Expectation = 'string' | 'object' | 'array' | 'boolean' | 'one' | 'positive' | 'content';

function invalid(param: string, expectation: Expectation): Refusal {
  const expected = demoWords(`demo.expected.${expectation}`, {});
  return refuse(400, 'invalid_value', param, 'demo.error.invalid', { param, expected });
}

/** @throws Refusal 413 for a body over the limit (without reading the rest), 400 for invalid JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > bodyLimitBytes) {
      throw refuse(413, 'request_too_large', null, 'demo.error.large', { limit: bodyLimitBytes });
    }
    pieces.push(piece);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)));
  } catch {
    throw refuse(400, 'invalid_json', null, 'demo.error.json', {});
  }
}

/** @throws Refusal 400 with the missing or invalid parameter. */
export function parseChat(body: unknown): ChatRequest {
  if (!isObject(body)) throw refuse(400, 'invalid_json', null, 'demo.error.json', {});
  for (const param of ['model', 'messages']) {
    if (body[param] === undefined) {
      throw refuse(400, 'missing_required_parameter', param, 'demo.error.missing', { param });
    }
  }
  const { model, messages, stream, stream_options: streamOptions, n } = body;
  if (typeof model !== 'string' || model === '') throw invalid('model', 'string');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'array');
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') throw invalid('stream', 'boolean');
  if (n !== undefined && n !== null && n !== 1) throw invalid('n', 'one');
  const limit = ['max_completion_tokens', 'max_tokens'].find((param) => (body[param] ?? null) !== null);
  const maxTokens = limit === undefined ? undefined : (body[limit] as number);
  if (limit !== undefined && !(Number.isInteger(maxTokens) && maxTokens! > 0)) throw invalid(limit, 'positive');
  return {
    messages: messages.map((message, index) => parseMessage(message, `messages[${index}]`)),
    stream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions['include_usage'] === true,
    maxTokens,
  };
}

function parseMessage(message: unknown, param: string): { role: string; content: string } {
  if (!isObject(message)) throw invalid(param, 'object');
  const { role, content } = message;
  if (typeof role !== 'string') throw invalid(`${param}.role`, 'string');
  if (typeof content === 'string') return { role, content };
  // A message from the assistant that only calls tools has no content.
  if ((content === null || content === undefined) && role === 'assistant') return { role, content: '' };
  if (!Array.isArray(content)) throw invalid(`${param}.content`, 'content');
  const texts = content.filter((part): part is { text: string } => isObject(part) && typeof part['text'] === 'string');
  return { role, content: texts.map((part) => part.text).join('\n') };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

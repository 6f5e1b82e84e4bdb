import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { type Invocation, plainInvocation } from '../../base/invocation.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import { model, sendCompletion, sendStream } from './completions.ts';
import { acceptedLanguage } from './language.ts';
import { contentSecurityPolicy, renderPage } from './page.ts';
import { Refusal, parseChat, readJson, refuse } from './request.ts';
import { answer, languageOf, type RequestDetails } from './responder.ts';

export interface DemoOptions {
  /** Determines the pace of tokens and the timestamps. */
  clock: Clock;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1, reachable only from this machine. */
  host?: string;
  random?: Random;
  /** For the commands on the page. */
  invocation?: Invocation;
}

export interface Demo {
  /** `http://host:port`, without a path. */
  url: string;
  /** Closes open streams and the port. */
  close(): Promise<void>;
}

/**
 * Starts the demo app: a chat page and an OpenAI-compatible API (`/v1/chat/completions`, `/v1/models`), answered by a
 * responder in this process. It neither stores nor logs what it receives.
 * @throws the system error of `listen` (`EADDRINUSE` …).
 */
export async function startDemo({
  clock,
  port = 0,
  host = '127.0.0.1',
  random = systemRandom,
  invocation = plainInvocation,
}: DemoOptions): Promise<Demo> {
  const startedAtMs = clock.now();
  const server = createServer((request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    answerRequest(request, response, { clock, random, startedAtMs, invocation }).catch((error: unknown) =>
      sendRefusal(request, response, error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  clock: Clock;
  random: Random;
  startedAtMs: number;
  invocation: Invocation;
}

async function answerRequest(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]!;
  switch (path) {
    case '/':
      allow(request, path, 'GET', 'HEAD');
      response.setHeader('content-security-policy', contentSecurityPolicy);
      response.setHeader('referrer-policy', 'no-referrer');
      response.setHeader('vary', 'accept-language');
      return send(response, 'text/html; charset=utf-8', renderPage(clientLanguage(request), context.invocation));
    case '/worker.js':
      allow(request, path, 'GET', 'HEAD');
      // An empty script. The page registers it only to find out whether the browser trusts the certificate.
      return send(response, 'text/javascript; charset=utf-8', '');
    case '/healthz':
      allow(request, path, 'GET', 'HEAD');
      return send(response, 'text/plain; charset=utf-8', 'ok\n');
    case '/v1/models':
      allow(request, path, 'GET', 'HEAD');
      return sendJson(response, { object: 'list', data: [modelObject(context)] });
    case `/v1/models/${model}`:
      allow(request, path, 'GET', 'HEAD');
      return sendJson(response, modelObject(context));
    case '/v1/chat/completions':
      allow(request, path, 'POST');
      return complete(request, response, context);
    default:
      throw path.startsWith('/v1/models/')
        ? refuse(404, 'model_not_found', 'model', 'demo.error.model', { model: path.slice(11), known: model })
        : refuse(404, 'unknown_url', null, 'demo.error.path', { path });
  }
}

async function complete(request: IncomingMessage, response: ServerResponse, { clock, random }: Context): Promise<void> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw refuse(415, 'unsupported_media_type', null, 'demo.error.type', {});
  }
  const chat = parseChat(await readJson(request));
  const text = chat.messages.findLast((message) => message.role === 'user')?.content ?? '';
  const reply = answer(text, detailsOf(request), languageOf(text, clientLanguage(request)));
  const id = `chatcmpl-${random.bytes(15).toString('base64url')}`;
  await (chat.stream ? sendStream : sendCompletion)(response, chat, reply, { clock, id });
}

function modelObject({ startedAtMs }: Context): object {
  return { id: model, object: 'model', created: Math.floor(startedAtMs / 1000), owned_by: 'everyhop' };
}

function detailsOf(request: IncomingMessage): RequestDetails {
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    host: header('x-forwarded-host') ?? header('host') ?? '',
    scheme: header('x-forwarded-proto'),
    client: header('x-forwarded-for'),
    agent: header('user-agent'),
  };
}

function clientLanguage(request: IncomingMessage): 'en' | 'zh' {
  return acceptedLanguage(request.headers['accept-language']);
}

function allow(request: IncomingMessage, path: string, ...methods: string[]): void {
  if (methods.includes(request.method ?? '')) return;
  throw refuse(405, 'method_not_allowed', null, 'demo.error.method', { path, allowed: methods.join(', ') });
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', type);
  response.end(body);
}

function sendJson(response: ServerResponse, body: object): void {
  send(response, 'application/json', JSON.stringify(body));
}

function sendRefusal(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed || !(error instanceof Refusal)) {
    response.destroy();
    return;
  }
  response.statusCode = error.status;
  // The unread rest of the body must not be parsed as the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  send(response, 'application/json', error.body(clientLanguage(request)));
}

/** What apps answer, like `smuggling.test.ts` for what clients ask: one reading for every client, and nothing for the next one. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { type AnswerCase, answers } from './answer-corpus.ts';
import {
  connectRaw,
  type Edge,
  type RawClient,
  rootPem,
  route,
  site,
  startApp,
  startEdge,
  upstreamAt,
} from './edge.ts';
import { readAnswer } from './strict-reader.ts';

interface OddApp {
  port: number;
  /** The connection of the request for /odd. */
  odd: () => Socket;
  /** The number of requests on that connection after /odd. */
  later: () => number;
  connections: () => number;
  /** Resolves when everything is sent. */
  sent: Promise<void>;
}

/** Answers /odd with a case, and any other target with itself. */
async function startOddApp(t: TestContext, { sends, closes }: AnswerCase): Promise<OddApp> {
  const { promise: sent, resolve } = Promise.withResolvers<void>();
  let odd: Socket | undefined;
  let later = 0;
  let connections = 0;
  const send = async (socket: Socket): Promise<void> => {
    for (const piece of typeof sends === 'string' ? [sends] : sends) {
      await new Promise((done) => socket.write(Buffer.from(piece, 'latin1'), () => setTimeout(done, 5)));
    }
    if (closes) socket.end();
    resolve();
  };
  const port = await startApp(t, (socket) => {
    connections += 1;
    let received = '';
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      for (;;) {
        const head = /^(\w+) (\S+) [^]*?\r\n\r\n/.exec(received);
        if (!head) return;
        received = received.slice(head[0].length);
        if (socket === odd) later += 1;
        if (head[2] === '/odd') {
          odd = socket;
          received = ''; // without the body
          void send(socket);
        } else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${head[2]!.length}\r\n\r\n${head[2]!}`);
      }
    });
  });
  return { port, odd: () => odd!, later: () => later, connections: () => connections, sent };
}

/** @param pool separates the connections from those of other cases, whose app may have had the same port. */
function startEdgeTo(t: TestContext, { port }: OddApp, pool: string): Promise<Edge> {
  return startEdge(t, [site(['chat.test'], [route(upstreamAt(port, { rootsPem: pool }))])]);
}

const methodOf = ({ method }: AnswerCase): string => (method === 'unfinished' ? 'POST' : (method ?? 'GET'));

/** The next answer on a connection, without 1xx; undefined if the connection closes before its end. */
async function nextAnswer(client: RawClient, from: number, method: string): Promise<ReturnType<typeof readAnswer>> {
  const isClosed = Promise.withResolvers<true>();
  void client.closed.then(() => isClosed.resolve(true));
  for (;;) {
    const answer = readAnswer(client.text().slice(from), method);
    if (answer) return answer;
    const length = client.text().length;
    const more = new Promise<false>((resolve) => client.socket.once('data', () => setImmediate(() => resolve(false))));
    if (await Promise.race([isClosed.promise, more])) {
      if (client.text().length === length || !readAnswer(client.text().slice(from), method)) return undefined;
    }
  }
}

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: chat.test\r\n\r\n`;
}

/** @param idle resolves when the next request may go to the app. */
async function overHttp1(t: TestContext, edge: Edge, one: AnswerCase, idle: () => Promise<void>): Promise<string[]> {
  const client = await connectRaw(t, edge.httpsPort);
  const method = methodOf(one);
  const body = { POST: 'Content-Length: 2\r\n\r\nhi', unfinished: 'Content-Length: 4\r\n\r\nhi' }[one.method as 'POST'];
  client.socket.write(`${method} /odd HTTP/1.1\r\nHost: chat.test\r\n${body ?? '\r\n'}`);
  const answer = await nextAnswer(client, 0, method);
  const outcomes = [answer ? `${answer.status} ${answer.status === 502 ? '' : answer.body}` : 'cut'];
  if (!answer || answer.closes) {
    const { text } = await client.closed;
    assert.equal(text.slice(answer?.end ?? text.length), '', 'nothing follows the answer');
    if (!answer) assert.match(text, /^HTTP\/1\.1 200 /, 'cut off after the head');
    return outcomes;
  }
  await idle();
  client.socket.write(get('/next'));
  const next = await nextAnswer(client, answer.end, 'GET');
  assert.equal(client.text().slice(answer.end + next!.end), '', 'nothing follows the next answer');
  outcomes.push(`${next!.status} ${next!.body}`);
  return outcomes;
}

async function overHttp2(t: TestContext, edge: Edge, one: AnswerCase, idle: () => Promise<void>): Promise<string[]> {
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  session.on('error', () => {});
  const ask = async (
    target: string,
    method = 'GET',
    sends: 'nothing' | 'half' | 'all' = 'nothing',
  ): Promise<string> => {
    const head = { ':authority': 'chat.test', ':path': target, ':method': method };
    const stream = session.request(sends === 'nothing' ? head : { ...head, 'content-length': 4 }, {
      endStream: sends === 'nothing',
    });
    if (sends !== 'nothing') stream.write('hi');
    if (sends === 'all') stream.end('hi');
    let status = 0;
    let body = '';
    let isWhole = false;
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
    stream.on('end', () => (isWhole = true));
    stream.on('error', () => (isWhole = false));
    await once(stream, 'close').catch(() => {});
    return isWhole && stream.rstCode === 0 ? `${status} ${status === 502 ? '' : body}` : 'cut';
  };
  const sends = ({ POST: 'all', unfinished: 'half' } as const)[one.method as 'POST'] ?? 'nothing';
  const outcome = await ask('/odd', methodOf(one), sends);
  await idle();
  return [outcome, await ask('/next')];
}

test('the corpus has at least 90 cases with unique names', () => {
  assert.ok(answers.length >= 90);
  assert.equal(new Set(answers.map(({ name }) => name)).size, answers.length);
});

for (const [protocol, run] of [
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
] as const) {
  test(`over ${protocol}, every answer of an app has one reading, and leaves nothing for the next visitor`, async (t) => {
    for (const one of answers) {
      await t.test(one.name, async (t) => {
        const app = await startOddApp(t, one);
        const edge = await startEdgeTo(t, app, `${protocol} ${one.name}`);
        const ended = async (): Promise<void> => {
          await app.sent;
          if (!one.reusable && !app.odd().closed) await once(app.odd(), 'close');
        };
        // Bytes that come together with an answer are dropped with it. Later ones must find the connection idle.
        const isLater = typeof one.sends !== 'string';
        const [outcome, next] = await run(t, edge, one, isLater ? ended : () => Promise.resolve());
        const expected = (protocol === 'HTTP/2' ? one.overHttp2 : undefined) ?? one.expect;
        const said = expected === 502 ? '502 ' : expected === 'cut' ? expected : `${expected.status} ${expected.body}`;
        assert.equal(outcome, said);
        if (next !== undefined) assert.equal(next, '200 /next');
        await ended();
        const other = await connectRaw(t, edge.httpsPort);
        other.socket.write(get('/other'));
        const answer = await nextAnswer(other, 0, 'GET');
        assert.equal(`${answer?.status} ${answer?.body}`, '200 /other');
        assert.equal(other.text().slice(answer!.end), '');
        assert.equal(app.later() > 0, one.reusable === true, `${app.later()} requests on the connection of the answer`);
      });
    }
  });
}

test('an app that sends more than its answer gets every later request on a new connection', async (t) => {
  for (const name of ['a body longer than announced', 'a second answer, a moment later']) {
    const one = answers.find((each) => each.name === name)!;
    const app = await startOddApp(t, one);
    const edge = await startEdgeTo(t, app, name);
    const client = await connectRaw(t, edge.httpsPort);
    const ask = async (target: string): Promise<void> => {
      const from = client.text().length;
      client.socket.write(get(target));
      await nextAnswer(client, from, 'GET');
    };
    await ask('/one');
    await ask('/two');
    assert.equal(app.connections(), 1);
    await ask('/odd');
    await app.sent;
    if (!app.odd().closed) await once(app.odd(), 'close');
    await ask('/three');
    await ask('/four');
    assert.equal(app.connections(), 3);
  }
});

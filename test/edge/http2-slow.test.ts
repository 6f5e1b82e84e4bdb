import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { bodyTimeoutMs, idleTimeoutMs, stallTimeoutMs, type Timed } from '../../src/edge/limits.ts';
import { type Edge, rootPem, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { encodeFields, encodeFrame, flag, FrameClient, frameType, number32 } from './http2-frames.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const settingsAck = encodeFrame(frameType.settings, flag.ack, 0);
const initialWindowSize = 4;

const request = (stream: number, path: string, method = 'GET', flags: number = flag.endStream): Buffer =>
  encodeFrame(
    frameType.headers,
    flags | flag.endHeaders,
    stream,
    encodeFields([
      [':method', method],
      [':scheme', 'https'],
      [':path', path],
      [':authority', 'chat.test'],
    ]),
  );

/** SETTINGS by which nothing of any answer may be sent. */
const windowOfZero = encodeFrame(
  frameType.settings,
  0,
  0,
  Buffer.concat([Buffer.from([0, initialWindowSize]), number32(0)]),
);

async function connect(t: TestContext, edge: Edge, first?: Buffer): Promise<FrameClient> {
  const options = { port: edge.httpsPort, host: '127.0.0.1', servername: 'chat.test', ca: rootPem };
  const client = await FrameClient.connect(options, first);
  t.after(() => void client.socket.destroy());
  return client;
}

/** What the coarse timer would do at that moment from now. */
function passTime(edge: Edge, ms: number): void {
  for (const connection of edge.connections) (connection as unknown as Timed).checkTime(performance.now() + ms);
}

/** What the client sent is with the edge: frames are answered in their order. */
async function taken(client: FrameClient, mark: string): Promise<void> {
  client.send(frameType.ping, 0, 0, Buffer.from(mark.padEnd(8)));
  const answer = await client.frame(
    ({ type, flags, payload }) =>
      type === frameType.ping && flags === flag.ack && payload.toString() === mark.padEnd(8),
    5000,
  );
  assert.ok(answer, `the edge answers the PING ${mark}`);
}

/** As the timer looks every second: at what is idle, and then at what has not gone although it was told to. */
function passIdleTime(edge: Edge): void {
  passTime(edge, idleTimeoutMs + 1000);
  passTime(edge, idleTimeoutMs + 2000);
}

/** @returns whether the connection ended of itself. */
function endsWithin(client: FrameClient, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void client.closed.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

test('HTTP/2: a window of 0 and a big answer: the app is held back, then the stream given up', async (t) => {
  const size = 64 * 1024 * 1024;
  let sent = 0;
  const port = await startApp(t, (socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      const piece = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (sent < size) {
          sent += piece.length;
          if (!socket.write(piece)) return void socket.once('drain', more);
        }
      };
      more();
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connect(t, edge, Buffer.concat([preface, windowOfZero, settingsAck]));
  client.socket.write(request(1, '/big'));
  assert.ok(await client.frame(({ type, stream }) => type === frameType.headers && stream === 1, 5000));
  let before = -1;
  while (before !== sent) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were taken from the app for a client that takes none`);
  const entry = edge.nextEntry();
  passTime(edge, stallTimeoutMs - 5000);
  assert.equal(edge.log.length, 0);
  passTime(edge, stallTimeoutMs + 1000);
  assert.equal((await entry).error, 'edge.client-stalled');
});

test('HTTP/2: a window of 0 and small answers: the connection is not held for ever', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connect(t, edge, Buffer.concat([preface, windowOfZero, settingsAck]));
  client.socket.write(request(1, '/small'));
  assert.ok(await client.frame(({ type, stream }) => type === frameType.headers && stream === 1, 5000));
  await taken(client, 'answered');
  passTime(edge, stallTimeoutMs + 1000);
  passTime(edge, stallTimeoutMs + idleTimeoutMs + 2000);
  const entry = edge.nextEntry();
  const gone = await Promise.race([entry.then(() => true), endsWithin(client, 1500)]);
  assert.ok(gone, 'an answer that nobody takes is given up');
});

test('HTTP/2: a window of 0 and an answer of the edge itself: the connection is not held for ever', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connect(t, edge, Buffer.concat([preface, windowOfZero, settingsAck]));
  client.socket.write(request(1, '/nobody-listens'));
  assert.ok(await client.frame(({ type, stream }) => type === frameType.headers && stream === 1, 5000));
  await taken(client, 'answered');
  passTime(edge, stallTimeoutMs + 1000);
  passTime(edge, stallTimeoutMs + idleTimeoutMs + 2000);
  const gone = await Promise.race([edge.nextEntry().then(() => true), endsWithin(client, 1500)]);
  assert.ok(gone, 'an answer that nobody takes is given up');
});

test('HTTP/2: the same small answers are given whole when the window opens late', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connect(t, edge, Buffer.concat([preface, windowOfZero, settingsAck]));
  client.socket.write(request(1, '/small'));
  assert.ok(await client.frame(({ type, stream }) => type === frameType.headers && stream === 1, 5000));
  passTime(edge, stallTimeoutMs - 5000);
  client.send(frameType.windowUpdate, 0, 1, number32(100));
  const data = await client.frame(({ type, payload }) => type === frameType.data && payload.length > 0, 5000);
  assert.equal(data?.payload.toString(), 'ok');
});

for (const [name, first] of [
  ['nothing after the handshake', Buffer.alloc(0)],
  ['half of the preface', preface.subarray(0, 10)],
  ['no SETTINGS after the preface', preface],
  [
    'HEADERS without their end',
    Buffer.concat([
      preface,
      encodeFrame(frameType.settings, 0, 0),
      encodeFrame(frameType.headers, flag.endStream, 1, encodeFields([[':method', 'GET']])),
    ]),
  ],
  [
    'half of a frame',
    Buffer.concat([preface, encodeFrame(frameType.settings, 0, 0), request(1, '/half').subarray(0, 12)]),
  ],
] as const) {
  test(`HTTP/2: ${name}, and then silence: closed as an idle connection is`, async (t) => {
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
    const client = await connect(t, edge, first);
    while (edge.connections.size === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    passTime(edge, idleTimeoutMs - 5000);
    assert.equal(client.ended, false);
    passIdleTime(edge);
    assert.ok(await endsWithin(client, 1500), 'the connection ends');
  });
}

test('HTTP/2: CONTINUATION byte by byte does not keep a connection from being idle', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connect(t, edge);
  client.send(frameType.headers, flag.endStream, 1, encodeFields([[':method', 'GET']]));
  for (const byte of encodeFields([['x-a', 'b']])) {
    client.send(frameType.continuation, 0, 1, Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  passIdleTime(edge);
  assert.ok(await endsWithin(client, 1500), 'the connection ends');
});

test('HTTP/2: PING does not keep a connection without requests from being idle', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connect(t, edge);
  await taken(client, 'first');
  await taken(client, 'second');
  passIdleTime(edge);
  assert.ok(await endsWithin(client, 1500), 'the connection ends');
});

test('HTTP/2: a body of which nothing more comes is given up, at the app too', async (t) => {
  let gone!: () => void;
  const ended = new Promise<void>((resolve) => (gone = resolve));
  let heard!: () => void;
  const arrived = new Promise<void>((resolve) => (heard = resolve));
  const port = await startApp(t, (socket) => {
    socket.on('data', () => heard());
    socket.on('close', () => gone());
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connect(t, edge);
  client.socket.write(request(1, '/body', 'POST', 0));
  await arrived;
  // Frames without a byte of body are none.
  client.send(frameType.data, 0, 1);
  await taken(client, 'empty');
  const entry = edge.nextEntry();
  passTime(edge, bodyTimeoutMs - 5000);
  assert.equal(edge.log.length, 0);
  passTime(edge, bodyTimeoutMs + 1000);
  await ended;
  assert.equal((await entry).error, 'edge.body-timeout');
});

test('HTTP/2: after the client has said GOAWAY its open request is answered, and then the connection ends', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connect(t, edge);
  client.socket.write(
    Buffer.concat([request(1, '/one'), encodeFrame(frameType.goAway, 0, 0, Buffer.alloc(8)), request(3, '/two')]),
  );
  assert.ok(await client.frame(({ type, stream }) => type === frameType.headers && stream === 1, 5000));
  await endsWithin(client, 1500);
  passIdleTime(edge);
  assert.ok(await endsWithin(client, 1500), 'the connection ends');
});

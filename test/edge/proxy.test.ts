import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { connectRaw, request, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';

/** Calls `answer` with the head of each request and the part of its body in the same read. */
function onHead(answer: (head: string, socket: Socket, rest: string) => void): (socket: Socket) => void {
  return (socket) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const rest = text.slice(end + 4);
      text = '';
      answer(head, socket, rest);
    });
  };
}

test('forwards the response head before the body, and each token as it arrives', async (t) => {
  let app!: Socket;
  const port = await startApp(
    t,
    onHead((_, socket) => {
      app = socket;
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    }),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  await client.until(/text\/event-stream[\s\S]*\r\n\r\n$/);
  for (const token of ['one', 'two', 'three']) {
    app.write(`${(token.length + 8).toString(16)}\r\ndata: ${token}\n\n\r\n`);
    await client.until(new RegExp(`data: ${token}`));
  }
  const entry = edge.nextEntry();
  app.write('0\r\n\r\n');
  assert.equal((await entry).kind, 'sse');
  assert.equal((await entry).error, undefined);
});

test('forwards 1xx, trailers and HEAD; 204 and 304 have no body', async (t) => {
  const port = await startApp(
    t,
    onHead((head, socket) => {
      if (head.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      else if (head.includes('/204')) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      else if (head.includes('/304')) socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n');
      else {
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n');
      }
    }),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  const hinted = await client.until(/X-Sum: 1\r\n\r\n$/);
  assert.match(hinted, /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>/);
  for (const [method, target, shape] of [
    ['HEAD', '/', /Content-Length: 1000\r\n\r\n$/],
    ['GET', '/204', /204 No Content\r\n\r\n$/],
    ['GET', '/304', /304 Not Modified\r\n[\s\S]*\r\n\r\n$/],
  ] as const) {
    const one = await connectRaw(t, edge.httpsPort);
    one.socket.write(request(target, '', method));
    await one.until(shape);
  }
});

test('an HTTP/1.0 client gets the body without chunks, then the connection closes', async (t) => {
  const app = await startRecorder(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET / HTTP/1.0\r\nHost: chat.test\r\n\r\n');
  const { text, clean } = await client.closed;
  assert.ok(clean);
  assert.ok(!/transfer-encoding/i.test(text));
  assert.match(text, /\r\n\r\nabcde$/);
});

test('a response that ends with the app’s connection is chunked for the client, whose connection stays open', async (t) => {
  const port = await startApp(
    t,
    onHead((_, socket) => socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello')),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/1'));
  await client.until(/\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
  client.socket.write(request('/2'));
  await client.until(/0\r\n\r\nHTTP\/1\.1 200[\s\S]*0\r\n\r\n$/);
});

test('if the app aborts, the client’s connection is aborted: a truncated response never looks complete', async (t) => {
  for (const head of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const port = await startApp(
      t,
      onHead((_, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${head.startsWith('C') ? '' : '5\r\n'}hello`, () =>
          socket.destroy(),
        );
      }),
    );
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
    const entry = edge.nextEntry();
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request('/'));
    const { text } = await client.closed;
    assert.ok(!text.endsWith('0\r\n\r\n'));
    assert.equal((await entry).error, 'edge.upstream-closed');
  }
});

test('if the client leaves, the request to the app is closed immediately', async (t) => {
  let gone!: Promise<unknown>;
  const port = await startApp(
    t,
    onHead((_, socket) => {
      gone = once(socket, 'close');
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    }),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const entry = edge.nextEntry();
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  await client.until(/hello/);
  client.socket.destroy();
  await gone;
  assert.equal((await entry).error, 'client-gone');
});

test('answers pipelined requests in order', async (t) => {
  const port = await startApp(t, (socket) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const target = text.split(' ')[1]!;
        text = text.slice(end + 4);
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      }
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const targets = Array.from({ length: 50 }, (_, index) => `/${index}`);
  client.socket.write(targets.map((target) => request(target)).join(''));
  const text = await client.until(/\/49$/);
  assert.deepEqual(
    text.match(/\r\n\r\n\/\d+/g)!.map((body) => body.trim()),
    targets,
  );
});

test('reuses connections to the app, and retries an idempotent request if the app has just closed one', async (t) => {
  const sockets: Socket[] = [];
  const port = await startApp(t, (socket) => {
    sockets.push(socket);
    socket.on('data', () => {
      // Close on the second request, as if the app had just closed an idle connection.
      if (socket.bytesWritten > 0) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/1'));
  await client.until(/ok$/);
  client.socket.write(request('/2'));
  await client.until(/ok[\s\S]*ok$/);
  assert.equal(sockets.length, 2);
  // A POST could not be retried, so it does not take a connection that this app may close.
  client.socket.write(request('/3', 'Content-Length: 1\r\n', 'POST') + 'x');
  await client.until(/ok[\s\S]*ok[\s\S]*ok$/);
  assert.equal(sockets.length, 3);
});

test('a body after HEAD, 204 or 304 is never the answer to the next visitor', async (t) => {
  const measured = mends(t, 'security/S13-body-after-head');
  const stray = 'HTTP/1.1 200 OK\r\nSet-Cookie: session=attacker\r\nContent-Length: 6\r\n\r\nPOISON';
  const heads: Record<string, string> = {
    'HEAD /200': `HTTP/1.1 200 OK\r\nContent-Length: ${stray.length}\r\n\r\n`,
    'HEAD /chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    'GET /204': 'HTTP/1.1 204 No Content\r\n\r\n',
    'GET /304': `HTTP/1.1 304 Not Modified\r\nContent-Length: ${stray.length}\r\n\r\n`,
  };
  const port = await startApp(t, (socket) => {
    let owesBody = false;
    socket.on('data', (bytes: Buffer) => {
      const line = bytes.toString('latin1').split(' HTTP/')[0]!;
      if (heads[line] !== undefined) {
        socket.write(heads[line]);
        owesBody = true;
        return;
      }
      // The body, late: this connection has already been given to another request.
      if (owesBody) socket.write(stray);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  for (const line of Object.keys(heads)) {
    const [method, target] = line.split(' ') as [string, string];
    const attacker = await connectRaw(t, edge.httpsPort);
    const visitor = await connectRaw(t, edge.httpsPort);
    attacker.socket.write(request(target, '', method));
    await attacker.until(/\r\n\r\n$/);
    visitor.socket.write(request('/account'));
    assert.match(await visitor.until(/good$|POISON/), /good$/, line);
  }
  Object.assign(measured, { answers: Object.keys(heads).length, poisoned: 0 });
});

test('applies backpressure to uploads and downloads', async (t) => {
  const totalBytes = 64 * 1024 * 1024;
  let uploading!: Socket;
  let received = 0;
  const port = await startApp(
    t,
    onHead((head, socket, rest) => {
      if (head.startsWith('POST')) {
        uploading = socket;
        received = rest.length;
        socket.removeAllListeners('data');
        socket.pause();
        return;
      }
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${totalBytes}\r\n\r\n`);
      const block = Buffer.alloc(1024 * 1024);
      const more = (left: number): void => {
        if (left > 0) socket.write(block, () => more(left - block.length));
      };
      more(totalBytes);
    }),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);

  const down = await connectRaw(t, edge.httpsPort);
  down.socket.removeAllListeners('data');
  let downloaded = 0;
  down.socket.on('data', (bytes: Buffer) => (downloaded += bytes.length));
  down.socket.pause();
  down.socket.write(request('/'));
  const before = process.memoryUsage().arrayBuffers;
  await new Promise((resolve) => setImmediate(resolve));
  let peak = 0;
  const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)), 5);
  t.after(() => clearInterval(sample));
  // While the client is paused, the edge and the kernel must stop buffering well below the full size.
  await quiet(() => peak);
  assert.ok(peak < totalBytes / 2, `${peak} bytes were buffered`);
  const entry = edge.nextEntry();
  down.socket.resume();
  assert.equal((await entry).bytes, totalBytes);

  const up = await connectRaw(t, edge.httpsPort);
  up.socket.write(request('/', `Content-Length: ${totalBytes}\r\n`, 'POST'));
  let taken = 0;
  const block = Buffer.alloc(1024 * 1024);
  const send = (): void => {
    if (taken >= totalBytes) return;
    taken += block.length;
    up.socket.write(block, send);
  };
  send();
  await quiet(() => taken);
  assert.ok(taken < totalBytes / 2, `${taken} bytes were accepted`);
  uploading.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (received >= totalBytes) uploading.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  uploading.resume();
  await up.until(/200 OK/);
});

/** Resolves when the figure has not changed for 200 ms. */
async function quiet(figure: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  while (same < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
}

test('a response before the end of the upload reaches the client', async (t) => {
  const port = await startApp(
    t,
    onHead((_, socket) =>
      socket.end('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig'),
    ),
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'Content-Length: 100000000\r\n', 'POST') + 'x'.repeat(1000));
  const { text } = await client.closed;
  assert.match(text, /^HTTP\/1\.1 413 [\s\S]*Connection: close\r\n\r\nbig$/);
});

test('forwards Expect: 100-continue to the app, and its 100 response before the body', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n') && /expect: 100-continue/i.test(received))
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    if (received.endsWith('hello')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'Expect: 100-continue\r\nContent-Length: 5\r\n', 'POST'));
  await client.until(/^HTTP\/1\.1 100 Continue\r\n(?:[^\r]+\r\n)*\r\n$/);
  client.socket.write('hello');
  await client.until(/200 OK[\s\S]*ok$/);
});

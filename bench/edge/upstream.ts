/**
 * The app behind every proxy of the benchmark, on raw sockets to keep its cost low. `GET /small` answers 100 bytes;
 * `/page` a page of about 20 kB;
 * `/sse?tokens=N&everyMs=M` streams N tokens; `/down?bytes=N` sends N bytes; anything with a body is read and counted.
 */
import net from 'node:net';

const small = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n${'x'.repeat(100)}`,
);
const words = Array.from({ length: 3200 }, (_, at) => `w${(at * 7919) % 10_007}`).join(' ');
const page = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${words.length}\r\n\r\n${words}`,
);
const token = Buffer.from(
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":" token"},"finish_reason":null}]}\n\n`,
);
const tokenChunk = Buffer.concat([Buffer.from(`${token.length.toString(16)}\r\n`), token, Buffer.from('\r\n')]);
const block = Buffer.alloc(64 * 1024, 'x');

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  let bodyLeft = 0;
  let pending = '';
  socket.on('data', (bytes) => {
    if (bodyLeft > 0) {
      bodyLeft -= bytes.length;
      if (bodyLeft <= 0) socket.write(small);
      return;
    }
    pending += bytes.toString('latin1');
    for (;;) {
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = pending.slice(0, end);
      const extra = pending.length - end - 4;
      const target = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      pending = length > 0 ? '' : pending.slice(end + 4);
      if (length > 0) {
        bodyLeft = length - extra;
        if (bodyLeft <= 0) socket.write(small);
        return;
      }
      answer(socket, target);
    }
  });
});

function answer(socket: net.Socket, target: string): void {
  const url = new URL(target, 'http://app');
  if (url.pathname === '/sse')
    stream(socket, Number(url.searchParams.get('tokens')), Number(url.searchParams.get('everyMs')));
  else if (url.pathname === '/down') send(socket, Number(url.searchParams.get('bytes')));
  else socket.write(url.pathname === '/page' ? page : small);
}

function stream(socket: net.Socket, tokens: number, everyMs: number): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
  let left = tokens;
  // Streams start at different times, as real visitors do.
  setTimeout(() => {
    const timer = setInterval(() => {
      if (socket.destroyed) return clearInterval(timer);
      socket.write(tokenChunk);
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      socket.write('0\r\n\r\n');
    }, everyMs);
  }, Math.random() * everyMs);
}

function send(socket: net.Socket, bytes: number): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const piece = block.subarray(0, Math.min(left, block.length));
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as net.AddressInfo).port}\n`);
});

import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

const handled = new WeakSet<Socket>();

/**
 * Keeps a socket open after a failed write, so that bytes which have already arrived can be read: the peer may have
 * sent its last words before it closed. Later writes are dropped. `end` or an error on reading follows.
 */
export function readAfterFailedWrite(socket: Socket): void {
  if (handled.has(socket)) return;
  handled.add(socket);
  let hasFailed = false;
  const passing = (done: Done): Done => {
    return (error) => {
      if (error) hasFailed = true;
      done();
    };
  };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => (hasFailed ? done() : write(chunk, encoding, passing(done)));
  const writev = socket._writev?.bind(socket);
  if (writev) socket._writev = (chunks, done) => (hasFailed ? done() : writev(chunks, passing(done)));
}

import type { Duplex } from 'node:stream';

/** Pipes two connections into each other until one closes, with backpressure. `sent` counts bytes sent to `client`. */
export function splice(client: Duplex, upstream: Duplex, sent: (bytes: number) => void): void {
  pass(client, upstream, () => {});
  pass(upstream, client, sent);
}

function pass(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  from.on('data', (bytes: Buffer) => {
    count(bytes.length);
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => {}); // `close` follows
  from.on('close', () => to.destroy());
}

/**
 * The cost of Node itself: terminates TLS and copies bytes to and from one app connection per client. It parses no heads,
 * enforces no limits and writes no log; no proxy in Node can be cheaper. `node bare.ts PORT APP_PORT CHAIN KEY`
 */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const [port, upstreamPort, chainFile, keyFile] = process.argv.slice(2) as [string, string, string, string];
const lastChunk = Buffer.from('0\r\n\r\n');

tls
  .createServer(
    { cert: readFileSync(chainFile), key: readFileSync(keyFile), ALPNProtocols: ['http/1.1'], noDelay: true },
    (client) => {
      const app = net.connect({ port: Number(upstreamPort), host: '127.0.0.1', noDelay: true });
      let closing = false;
      client.on('data', (bytes: Buffer) => {
        closing ||= bytes.includes('Connection: close');
        if (!app.write(bytes)) client.pause();
      });
      app.on('data', (bytes: Buffer) => {
        if (!client.write(bytes)) app.pause();
        if (closing && bytes.subarray(-lastChunk.length).equals(lastChunk)) client.end();
      });
      client.on('drain', () => app.resume());
      app.on('drain', () => client.resume());
      for (const socket of [client, app]) socket.on('error', () => {});
      client.on('close', () => app.destroy());
      app.on('close', () => client.destroy());
    },
  )
  .listen(Number(port), '127.0.0.1');

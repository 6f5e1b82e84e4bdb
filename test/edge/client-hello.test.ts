import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import * as fc from '../support/fast-check.ts';
import { mends } from '../support/outside.ts';
import { ClientHelloParser, type HelloReading } from '../../src/edge/client-hello.ts';

const readClientHello = (bytes: Buffer): HelloReading => new ClientHelloParser().push(bytes);

/** The ClientHello of Node's TLS client. */
async function realHello(options: tls.ConnectionOptions): Promise<Buffer> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect({ ...options, host: '127.0.0.1', port: (server.address() as net.AddressInfo).port });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [net.Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  client.destroy();
  server.close();
  return bytes;
}

const hello = await realHello({ servername: 'Chat.Test', ALPNProtocols: ['h2', 'http/1.1'] });

test('parses the server name and protocols of a real ClientHello', () => {
  assert.deepEqual(readClientHello(hello), { serverName: 'chat.test', alpn: ['h2', 'http/1.1'] });
});

test('parses a ClientHello without server name and protocols', async () => {
  const plain = await realHello({});
  assert.deepEqual(readClientHello(plain), { serverName: undefined, alpn: [] });
});

test('every shorter prefix is incomplete', () => {
  for (let length = 0; length < hello.length; length++) {
    assert.equal(readClientHello(hello.subarray(0, length)), 'incomplete', `${length} bytes`);
  }
});

test('parses a ClientHello that spans several records (RFC 8446 §5.1)', () => {
  const message = hello.subarray(5);
  for (const size of [1, 3, 4, 100, 1000]) {
    const records: Buffer[] = [];
    for (let at = 0; at < message.length; at += size) {
      const fragment = message.subarray(at, at + size);
      records.push(Buffer.from([22, 3, 1, fragment.length >> 8, fragment.length & 255]), fragment);
    }
    assert.deepEqual(readClientHello(Buffer.concat(records)), readClientHello(hello), `${size} bytes each`);
  }
});

test('reads the same from any pieces', () => {
  const alternate = Buffer.concat(Array.from(hello.subarray(5), (byte) => Buffer.from([22, 3, 1, 0, 1, byte])));
  for (const bytes of [hello, alternate]) {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const parser = new ClientHelloParser();
        let reading: HelloReading = 'incomplete';
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          assert.equal(reading, 'incomplete');
          const size = sizes[turn % sizes.length]!;
          reading = parser.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(reading, readClientHello(hello));
      }),
    );
  }
});

test('costs little CPU time for 40 KiB in records and pieces of one byte, and no more is read', (t) => {
  const measured = mends(t, 'security/S01-hello-fragments');
  const record = (byte: number): Buffer => Buffer.from([22, 3, 1, 0, 1, byte]);
  const bytes = Buffer.concat(Array.from({ length: 11_000 }, (_, at) => record([1, 0, 0x80, 0][at] ?? 0)));
  const parser = new ClientHelloParser();
  const start = process.cpuUsage();
  let at = 0;
  while (at < bytes.length && parser.push(bytes.subarray(at, at + 1)) === 'incomplete') at += 1;
  const { user, system } = process.cpuUsage(start);
  assert.ok(at >= 40 * 1024 && at < 41 * 1024, `${at} bytes`);
  assert.ok(user + system < 500_000, `${user + system} µs of CPU`);
  measured['bytes'] = at;
});

test('recognises plain HTTP on the TLS port', () => {
  assert.equal(readClientHello(Buffer.from('GET / HTTP/1.1\r\n')), 'not-tls');
});

test('another handshake message or an empty record is malformed', () => {
  assert.equal(readClientHello(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])), 'malformed');
  assert.equal(readClientHello(Buffer.from([22, 3, 1, 0, 0])), 'malformed');
});

test('mutated and random bytes never throw', () => {
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const bytes = Buffer.from(hello);
      bytes[at] = value;
      readClientHello(bytes);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
      readClientHello(Buffer.concat([Buffer.from([22, 3, 1]), random]));
    }),
  );
});

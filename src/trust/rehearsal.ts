import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { makeCertificate, randomSerial } from '../x509/certificate-writer.ts';
import * as extension from '../x509/extension.ts';
import { exportPrivateKeyPem, generateKey, keyIdentifier, publicKeyInfo } from '../x509/key.ts';
import { makeName } from '../x509/name.ts';
import { encodePem } from '../x509/pem.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A server of this moment on the loopback, under a root that nobody else has. */
export interface RehearsalServer {
  url: string;
  rootPem: string;
  /** How many have connected until now, and how many requests came through a verified handshake. */
  seen(): { connections: number; requests: number };
  /** Calls at the next request. */
  onRequest(listener: () => void): void;
  /** Calls at the next handshake that comes to nothing. */
  onRefusal(listener: () => void): void;
  close(): void;
}

/**
 * Starts an HTTPS server whose root exists for this purpose only, so that it can be seen whether a program trusts what it
 * is told to trust. It answers every request with 404.
 */
export async function startRehearsalServer(name: string, clock: Clock, random: Random): Promise<RehearsalServer> {
  const [rootKey, key] = await Promise.all([generateKey(), generateKey()]);
  const rootName = makeName({ commonName: `Everyhop, a root for one test (${name})` });
  const rootId = keyIdentifier(publicKeyInfo(rootKey));
  const dates = { notBeforeMs: clock.now() - dayMs, notAfterMs: clock.now() + dayMs };
  const root = makeCertificate(
    {
      ...dates,
      serial: randomSerial(random),
      issuer: rootName,
      subject: rootName,
      publicKeyInfo: publicKeyInfo(rootKey),
      extensions: [
        extension.basicConstraints(true),
        extension.keyUsage('keyCertSign', 'cRLSign'),
        extension.subjectKeyIdentifier(rootId),
      ],
    },
    rootKey,
  );
  const leaf = makeCertificate(
    {
      ...dates,
      serial: randomSerial(random),
      issuer: rootName,
      subject: makeName({}),
      publicKeyInfo: publicKeyInfo(key),
      extensions: [
        extension.basicConstraints(false),
        extension.keyUsage('digitalSignature'),
        extension.extKeyUsage('serverAuth'),
        extension.subjectAltName(['localhost', '127.0.0.1'], true),
        extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(key))),
        extension.authorityKeyIdentifier(rootId),
      ],
    },
    rootKey,
  );
  const credentials = { cert: encodePem('CERTIFICATE', leaf), key: exportPrivateKeyPem(key).reveal() };
  // gRPC speaks nothing but HTTP/2.
  const server = http2.createSecureServer({ ...credentials, allowHTTP1: true });
  let [connections, requests] = [0, 0];
  server.on('connection', () => (connections += 1));
  server.on('request', (_request, response: http2.Http2ServerResponse) => {
    requests += 1;
    response.writeHead(404).end();
  });
  server.on('tlsClientError', () => {}); // a client that does not trust it is what this is for
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/`,
    rootPem: encodePem('CERTIFICATE', root),
    seen: () => ({ connections, requests }),
    onRequest: (listener) => void server.once('request', listener),
    onRefusal: (listener) => void server.once('tlsClientError', listener),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

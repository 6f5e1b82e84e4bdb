import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/redact.ts';
import { makeCertificate, randomSerial } from '../x509/certificate-writer.ts';
import * as extension from '../x509/extension.ts';
import { exportPrivateKeyPem, generateKey, keyIdentifier, publicKeyInfo } from '../x509/key.ts';
import { makeName } from '../x509/name.ts';
import { encodePem } from '../x509/pem.ts';
import { anyProtocol, frontOf } from './rehearsal-front.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A temporary HTTPS server on the loopback interface with its own root. */
export interface RehearsalServer {
  url: string;
  rootPem: string;
  /** Number of connections so far, and of requests (of any protocol) after a completed handshake. */
  seen(): { connections: number; requests: number };
  /** Calls `listener` once, at the next request. */
  onRequest(listener: () => void): void;
  /** Calls `listener` once, at the next failed handshake. */
  onRefusal(listener: () => void): void;
  close(): void;
}

/** A certificate for `localhost` under a root that exists only for this test. */
export interface RehearsalIdentity {
  rootPem: string;
  chainPem: string;
  keyPem: Secret<string>;
}

/** Shaped like a public authority's: no name constraints. The private one comes from a real `Authority`. */
export async function publicIdentity(clock: Clock, random: Random): Promise<RehearsalIdentity> {
  const [rootKey, key] = await Promise.all([generateKey(), generateKey()]);
  const rootName = makeName({ commonName: 'Everyhop, a root for one test (public)' });
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
        extension.subjectAltName(['localhost'], true),
        extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(key))),
        extension.authorityKeyIdentifier(rootId),
      ],
    },
    rootKey,
  );
  return {
    rootPem: encodePem('CERTIFICATE', root),
    chainPem: encodePem('CERTIFICATE', leaf),
    keyPem: exportPrivateKeyPem(key),
  };
}

/**
 * Starts an HTTPS server with a root that exists only for this test. A program that connects successfully must have got the root
 * from the bundle. Every response is 404.
 */
export async function startRehearsalServer({ rootPem, chainPem, keyPem }: RehearsalIdentity): Promise<RehearsalServer> {
  // HTTP/2 for gRPC.
  const server = http2.createSecureServer({ cert: chainPem, key: keyPem.reveal(), ...anyProtocol });
  let [connections, requests] = [0, 0];
  let onRequest: (() => void) | undefined;
  const count = (): void => {
    requests += 1;
    onRequest?.();
    onRequest = undefined;
  };
  server.on('connection', () => (connections += 1));
  server.on('request', (_request, response: http2.Http2ServerResponse) => {
    count();
    response.writeHead(404).end();
  });
  const front = frontOf(server, count);
  server.on('tlsClientError', () => {}); // an untrusting client is an expected outcome
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/`,
    rootPem,
    seen: () => ({ connections, requests }),
    onRequest: (listener) => void (onRequest = listener),
    onRefusal: (listener) => void server.once('tlsClientError', listener),
    close() {
      for (const socket of sockets) socket.destroy();
      front.close();
      server.close();
    },
  };
}

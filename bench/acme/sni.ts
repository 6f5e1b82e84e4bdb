/**
 * The edge's selection of a certificate by name: terminates TLS for the first COUNT certificates of a store, and closes each
 * connection after its handshake. Prints its port.
 *
 *   node bench/acme/sni.ts STATE_FOLDER COUNT
 */
import net, { type AddressInfo, type Socket } from 'node:net';
import { servedGenerations } from '../../src/certificates/generation.ts';
import { ClientHelloParser } from '../../src/edge/client-hello.ts';
import type { EdgeSite, EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { ContextCache, TlsTerminator } from '../../src/edge/tls.ts';
import { openState } from '../../src/store/state.ts';
import { nowMs } from './many-names.ts';

const [folder, countText] = process.argv.slice(2) as [string, string];
const state = await openState(folder);
const generations = (await servedGenerations(state.database, nowMs)).slice(0, Number(countText));
await state.close();

const snapshot: EdgeSnapshot = {
  revision: 1,
  proofToken: '',
  listeners: [],
  httpsPort: 0,
  httpPort: undefined,
  trustedProxies: [],
  connectionsPerClient: 1000,
  sites: generations.map(({ id, names }): EdgeSite => {
    return {
      hosts: names,
      routes: [],
      minTls: '1.2',
      clientCertificates: undefined,
      hsts: 'off',
      hstsMaxAgeSeconds: undefined,
      upgradeInsecureRequests: false,
      block: [],
      allow: [],
      credentialIds: names.map(() => id),
    };
  }),
  credentials: generations.map(({ id, chainPem, keyPem }) => ({ id, chainPem, keyPem: keyPem.reveal() })),
  ticketKeys: Buffer.alloc(48, 1).toString('base64'),
};
const terminator = new TlsTerminator(snapshot, new ContextCache(), {
  onSecure: (socket) => void socket.end(),
  onFailed: (reason) => void process.stderr.write(`${reason}\n`),
});
const server = net.createServer({ noDelay: true }, (socket) =>
  socket.once('data', (bytes: Buffer) => accept(socket, bytes)),
);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

function accept(socket: Socket, bytes: Buffer): void {
  const hello = new ClientHelloParser().push(bytes);
  if (typeof hello === 'string') throw new Error(`the benchmark's own client: ${hello}`);
  socket.pause();
  socket.unshift(bytes);
  terminator.accept(socket, hello.serverName, '127.0.0.1');
}

import { randomBytes, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import * as extension from '../../src/x509/extension.ts';
import { generateKey, importPublicKey, keyIdentifier, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { encodePem } from '../../src/x509/pem.ts';
import { parseRequest } from '../../src/x509/request.ts';
import { writeServerCertificate } from '../support/pebble.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';
import { testRandom } from '../support/seed.ts';

/** A request as the authority received it. Signatures are not verified: Pebble does that. */
export interface ReceivedRequest {
  method: string;
  path: string;
  userAgent: string | undefined;
  accept: string | undefined;
  /** The JWS's protected header. */
  header: { alg?: string; nonce?: string; url?: string; kid?: string; jwk?: object };
  /** undefined without a JWS; '' for POST-as-GET. */
  payload: unknown;
  /** How many requests with this method and path, including this one. */
  count: number;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/** Alters an honest reply. `undefined`: it has answered on the response, or never will. */
export type Lie = (seen: ReceivedRequest, honest: Reply, response: ServerResponse) => Reply | undefined;

/** Deviations of the issued certificate. */
export interface CertificateLie {
  key?: KeyObject;
  names?: string[];
  notBeforeMs?: number;
  notAfterMs?: number;
  issuerNotAfterMs?: number;
}

export interface LyingAuthority {
  directoryUrl: string;
  rootPem: string;
  seen: ReceivedRequest[];
  lie: Lie;
  certificate: CertificateLie;
  /** Peak number of open connections. */
  mostConnections: number;
  /** Paths of all POSTs except POST-as-GET, in order. */
  acts(): string[];
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

export function json(status: number, value: unknown, headers: Reply['headers'] = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function problem(
  status: number,
  type: string,
  rest: Record<string, unknown> = {},
  headers: Reply['headers'] = {},
): Reply {
  return json(
    status,
    { type: `urn:ietf:params:acme:error:${type}`, detail: `a ${type} problem`, status, ...rest },
    { 'content-type': 'application/problem+json', ...headers },
  );
}

/** The reply with some fields of its JSON object changed; `undefined` removes one. */
export function changed(reply: Reply, members: Record<string, unknown>): Reply {
  return { ...reply, body: JSON.stringify({ ...(JSON.parse(reply.body) as object), ...members }) };
}

/** An authority with unusual paths that follows the RFC and completes every step at once, unless it lies. */
export async function startLyingAuthority(t: TestContext, lie: Lie = (_, honest) => honest): Promise<LyingAuthority> {
  const tls = await writeServerCertificate(await temporaryFolder(t, 'lying'));
  const state = new State();
  await state.makeIssuer();
  const server = createServer({ cert: tls.certificatePem, key: tls.keyPem }, (request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authority: LyingAuthority = {
    directoryUrl: `${origin}/where/else?a=1`,
    rootPem: tls.rootPem,
    seen: [],
    lie,
    certificate: {},
    mostConnections: 0,
    acts: () =>
      authority.seen.filter(({ method, payload }) => method === 'POST' && payload !== '').map(({ path }) => path),
  };
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    authority.mostConnections = Math.max(authority.mostConnections, connections);
    socket.on('close', () => (connections -= 1));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = await readRequest(request, authority.seen);
    authority.seen.push(seen);
    const honest = state.reply(origin, seen, authority.certificate);
    if (seen.method !== 'GET') honest.headers['replay-nonce'] = randomBytes(12).toString('base64url');
    const reply = authority.lie(seen, honest, response);
    if (!reply) return;
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  };
  return authority;
}

async function readRequest(request: IncomingMessage, before: readonly ReceivedRequest[]): Promise<ReceivedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  const jws = text === '' ? undefined : (JSON.parse(text) as { protected: string; payload: string });
  const decoded = (part: string): string => Buffer.from(part, 'base64url').toString();
  const { method = '', url: path = '' } = request;
  return {
    method,
    path,
    userAgent: request.headers['user-agent'],
    accept: request.headers['accept'],
    header: jws ? (JSON.parse(decoded(jws.protected)) as ReceivedRequest['header']) : {},
    payload: !jws ? undefined : jws.payload === '' ? '' : JSON.parse(decoded(jws.payload)),
    count: before.filter((other) => other.method === method && other.path === path).length + 1,
  };
}

interface OrderState {
  identifiers: { type: string; value: string }[];
  authorizations: number[];
  status: string;
  chain: string;
  profile?: unknown;
}

/** The honest authority behind the lies. */
class State {
  readonly #orders: OrderState[] = [];
  readonly #authorizations: { identifier: { type: string; value: string }; wildcard: boolean; status: string }[] = [];
  #root: { key: KeyObject; der: Buffer } | undefined;
  #issuerKey: KeyObject | undefined;

  async makeIssuer(): Promise<void> {
    const key = await generateKey();
    this.#issuerKey = await generateKey();
    this.#root = { key, der: authorityCertificate('Root of lies', 'Root of lies', key, key, Date.now() + 9 * dayMs) };
  }

  reply(origin: string, { path, payload }: ReceivedRequest, lie: CertificateLie): Reply {
    const [, kind = '', id = ''] = /^\/([a-z-]+)\/?(\w*)/.exec(path) ?? [];
    const order = this.#orders[Number(id)];
    const authorization = this.#authorizations[Number(id)];
    switch (kind) {
      case 'where':
        return json(200, directory(origin));
      case 'once':
        return { status: 200, headers: {}, body: '' };
      case 'join':
        return json(201, { status: 'valid' }, { location: `${origin}/member/7` });
      case 'member':
        return json(200, { status: 'valid', contact: [] });
      case 'want':
        return this.#newOrder(origin, payload as { identifiers: OrderState['identifiers']; profile?: unknown });
      case 'wish':
        return order ? json(200, this.#orderObject(origin, Number(id))) : problem(404, 'malformed');
      case 'prove':
        if ((payload as { status?: string }).status) authorization!.status = 'deactivated';
        return json(200, this.#authorizationObject(origin, Number(id)));
      case 'try':
        authorization!.status = 'valid';
        return json(200, { type: 'http-01', url: `${origin}${path}`, token: token(Number(id)), status: 'valid' });
      case 'make':
        this.#finalize(order!, (payload as { csr: string }).csr, lie);
        return json(200, this.#orderObject(origin, Number(id)));
      case 'take':
        return { status: 200, headers: { 'content-type': 'application/pem-certificate-chain' }, body: order!.chain };
      case 'when': {
        const [start, end] = [dayMs, 2 * dayMs].map((ms) => new Date(Date.now() + ms).toISOString());
        return json(200, { suggestedWindow: { start, end } }, { 'retry-after': '21600' });
      }
      case 'undo':
        return { status: 200, headers: {}, body: '' };
      default:
        return problem(404, 'malformed');
    }
  }

  #newOrder(origin: string, payload: { identifiers: OrderState['identifiers']; profile?: unknown }): Reply {
    const authorizations = payload.identifiers.map(({ type, value }) => {
      const identifier = { type, value: value.replace(/^\*\./, '') };
      return this.#authorizations.push({ identifier, wildcard: value.startsWith('*.'), status: 'pending' }) - 1;
    });
    const { identifiers, profile } = payload;
    const id = this.#orders.push({ identifiers, authorizations, status: 'pending', chain: '', profile }) - 1;
    return json(201, this.#orderObject(origin, id), { location: `${origin}/wish/${id}` });
  }

  #orderObject(origin: string, id: number): Record<string, unknown> {
    const { identifiers, authorizations, status, profile } = this.#orders[id]!;
    const isReady = authorizations.every((each) => this.#authorizations[each]!.status === 'valid');
    return {
      status: status === 'pending' && isReady ? 'ready' : status,
      identifiers,
      authorizations: authorizations.map((each) => `${origin}/prove/${each}`),
      finalize: `${origin}/make/${id}`,
      ...(status === 'valid' ? { certificate: `${origin}/take/${id}` } : {}),
      ...(profile === undefined ? {} : { profile }),
    };
  }

  #authorizationObject(origin: string, id: number): Record<string, unknown> {
    const { identifier, wildcard, status } = this.#authorizations[id]!;
    const challenge = { type: 'http-01', url: `${origin}/try/${id}`, token: token(id), status };
    return { identifier, status, challenges: [challenge], ...(wildcard ? { wildcard } : {}) };
  }

  #finalize(order: OrderState, csr: string, lie: CertificateLie): void {
    const request = parseRequest(Buffer.from(csr, 'base64url'));
    const root = this.#root!;
    const issuerKey = this.#issuerKey!;
    const issuer = authorityCertificate('Issuer of lies', 'Root of lies', issuerKey, root.key, lie.issuerNotAfterMs);
    const key = lie.key ?? importPublicKey(request.publicKeyInfo);
    const leaf = makeCertificate(
      {
        serial: randomSerial(testRandom),
        issuer: makeName({ commonName: 'Issuer of lies' }),
        subject: makeName({}),
        notBeforeMs: lie.notBeforeMs ?? Date.now() - hourMs,
        notAfterMs: lie.notAfterMs ?? Date.now() + 5 * dayMs,
        publicKeyInfo: publicKeyInfo(key),
        extensions: [
          extension.basicConstraints(false),
          extension.subjectAltName(lie.names ?? [...request.dnsNames, ...request.ipAddresses], true),
          extension.authorityKeyIdentifier(keyIdentifier(publicKeyInfo(issuerKey))),
        ],
      },
      issuerKey,
    );
    order.chain = [leaf, issuer, root.der].map((der) => encodePem('CERTIFICATE', der)).join('');
    order.status = 'valid';
  }
}

const token = (id: number): string => `token-of-authorization-${id}`;

function directory(origin: string): Record<string, unknown> {
  return {
    newNonce: `${origin}/once/`,
    newAccount: `${origin}/join/`,
    newOrder: `${origin}/want/`,
    revokeCert: `${origin}/undo/`,
    renewalInfo: `${origin}/when`,
    newThing: 7,
    'a random key': 'https://example.com/',
    meta: { profiles: { lasting: 'lasts', 'another one': 8 }, novelty: { deep: [1] } },
  };
}

function authorityCertificate(
  subject: string,
  issuer: string,
  key: KeyObject,
  issuerKey: KeyObject,
  notAfterMs = Date.now() + 8 * dayMs,
): Buffer {
  return makeCertificate(
    {
      serial: randomSerial(testRandom),
      issuer: makeName({ commonName: issuer }),
      subject: makeName({ commonName: subject }),
      notBeforeMs: Math.min(Date.now(), notAfterMs) - dayMs,
      notAfterMs,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [
        extension.basicConstraints(true),
        extension.keyUsage('keyCertSign', 'cRLSign'),
        extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(key))),
      ],
    },
    issuerKey,
  );
}

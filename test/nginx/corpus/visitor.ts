/** Independent checks: requests over plain sockets and TLS, without code of the program. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Request } from './sample.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds from the first to the last byte of the body. */
  bodyMs: number;
  /** Of the certificate; '' for plain HTTP. */
  serial: string;
  alpn: string;
}

export interface VisitorRequest extends Request {
  /** Trusted roots, PEM. Without them, accepts any certificate, as the sample's may be self-signed. */
  ca?: string;
  method?: string;
  alpn?: string[];
}

/** @throws Error if there is no HTTP answer within 20 s. */
export async function ask(request: VisitorRequest): Promise<Answer> {
  const { socket, serial, alpn } = await open(request);
  const { name, path = '/', headers = {}, method = 'GET' } = request;
  const port = request.isTls ? request.port : 0;
  const host = port === 0 || port === 443 ? name : `${name}:${port}`;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close'];
  for (const [header, value] of Object.entries(headers)) lines.push(`${header}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  let received = '';
  let headAt = 0;
  let lastAt = 0;
  socket.setEncoding('latin1').on('data', (piece: string) => {
    received += piece;
    lastAt = performance.now();
    if (headAt === 0 && /\r\n\r\n[^]/.test(received)) headAt = lastAt;
  });
  await once(socket, 'end');
  socket.destroy();
  return { ...parseAnswer(received), bodyMs: headAt === 0 ? 0 : lastAt - headAt, serial, alpn };
}

/** Opens a WebSocket and sends a few bytes; returns the status and the echoed bytes. */
export async function upgrade(request: VisitorRequest): Promise<{ status: number; echoed: string }> {
  const { socket } = await open(request);
  const key = Buffer.alloc(16, 'k').toString('base64');
  const upgrading = [`Host: ${request.name}:${request.port}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  const version = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
  const more = Object.entries(request.headers ?? {}).map(([header, value]) => `${header}: ${value}`);
  socket.write([`GET ${request.path ?? '/'} HTTP/1.1`, ...upgrading, ...version, ...more, '', ''].join('\r\n'));
  let received = '';
  let sent = false;
  const done = new Promise<void>((resolve, reject) => {
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece;
      const at = received.indexOf('\r\n\r\n');
      if (at < 0) return;
      if (!received.startsWith('HTTP/1.1 101')) return resolve();
      if (!sent) socket.write('ping');
      sent = true;
      if (received.length >= at + 4 + 'ping'.length) resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  await done;
  socket.destroy();
  const [head, echoed = ''] = received.split('\r\n\r\n');
  return { status: Number(head!.split(' ')[1]), echoed };
}

async function open(request: VisitorRequest): Promise<{ socket: Socket; serial: string; alpn: string }> {
  const { address = '127.0.0.1', port, socket: file } = request;
  const plain = file === undefined ? connectTcp({ host: address, port }) : connectTcp({ path: file });
  plain.setTimeout(20_000, () => plain.destroy(new Error(`no answer from ${address}:${port}`)));
  await once(plain, 'connect');
  if (request.saysProxy) plain.write(`PROXY TCP4 127.0.0.1 127.0.0.1 40000 ${port}\r\n`);
  if (!request.isTls) return { socket: plain, serial: '', alpn: '' };
  const secured = connectTls({
    socket: plain,
    servername: request.name,
    ...(request.ca === undefined ? { rejectUnauthorized: false } : { ca: request.ca }),
    ...(request.alpn ? { ALPNProtocols: request.alpn } : {}),
  });
  await once(secured, 'secureConnect');
  return { socket: secured, serial: serialOf(secured), alpn: secured.alpnProtocol || '' };
}

/** Performs only the handshake. */
export async function handshake(request: VisitorRequest): Promise<{ serial: string; alpn: string }> {
  const { socket, serial, alpn } = await open({ ...request, isTls: true });
  socket.destroy();
  return { serial, alpn };
}

const serialOf = (socket: TLSSocket): string => socket.getPeerX509Certificate()!.serialNumber.toLowerCase();

function parseAnswer(text: string): Pick<Answer, 'status' | 'headers' | 'body'> {
  const end = text.indexOf('\r\n\r\n');
  const [first, ...lines] = text.slice(0, end).split('\r\n');
  if (end < 0 || !/^HTTP\/1\.[01] \d{3}/.test(first!))
    throw new Error(`no answer, but ${JSON.stringify(text.slice(0, 80))}`);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const raw = text.slice(end + 4);
  return {
    status: Number(first!.split(' ')[1]),
    headers,
    body: headers['transfer-encoding'] === 'chunked' ? unchunk(raw) : raw,
  };
}

function unchunk(raw: string): string {
  let body = '';
  for (let rest = raw; ;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (!(size > 0)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}

/** The parts of an answer that must stay the same. Ignores the headers that the app echoes. */
export function lasting({ status, headers, body, serial, alpn }: Answer): Record<string, unknown> {
  const said = body.replace(/^(\{"method":"\w+","url":"[^"]*").*\}$/, '$1}');
  return { status, location: headers['location'], type: headers['content-type'], serial, alpn, body: said };
}

/** Sends a request every 10 ms over a new connection until stopped; returns the number of requests and the failures. */
export function poll(request: VisitorRequest): { stop(): Promise<{ asked: number; failures: string[] }> } {
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let asked = 0;
  const timer = setInterval(() => {
    asked += 1;
    const number = asked;
    const one = ask(request)
      .then(() => {})
      .catch((error: Error) => void failures.push(`request ${number}: ${error.message}`))
      .finally(() => open.delete(one));
    open.add(one);
  }, 10);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      return { asked, failures };
    },
  };
}

/** Independent eyes: requests over plain sockets and TLS, with nothing of the program's own. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Request } from './sample.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds from the first byte of the body to its last. */
  bodyMs: number;
  /** Of the certificate; '' in plain text. */
  serial: string;
  alpn: string;
}

export interface Asking extends Request {
  /** PEM of roots that the certificate must lead to; without, any certificate is taken (the user's may sign itself). */
  ca?: string;
  method?: string;
  alpn?: string[];
}

/** @throws Error where nothing, or no HTTP, comes back within 20 s. */
export async function ask(asking: Asking): Promise<Answer> {
  const { socket, serial, alpn } = await open(asking);
  const { name, path = '/', headers = {}, method = 'GET' } = asking;
  const port = asking.isTls ? asking.port : 0;
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

/** Asks for a WebSocket and sends a few bytes; the status, and what came back. */
export async function upgrade(asking: Asking): Promise<{ status: number; echoed: string }> {
  const { socket } = await open(asking);
  const key = Buffer.alloc(16, 'k').toString('base64');
  const upgrading = [`Host: ${asking.name}:${asking.port}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  const version = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
  const more = Object.entries(asking.headers ?? {}).map(([header, value]) => `${header}: ${value}`);
  socket.write([`GET ${asking.path ?? '/'} HTTP/1.1`, ...upgrading, ...version, ...more, '', ''].join('\r\n'));
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

async function open(asking: Asking): Promise<{ socket: Socket; serial: string; alpn: string }> {
  const { address = '127.0.0.1', port, socket: file } = asking;
  const plain = file === undefined ? connectTcp({ host: address, port }) : connectTcp({ path: file });
  plain.setTimeout(20_000, () => plain.destroy(new Error(`${address}:${port} says nothing`)));
  await once(plain, 'connect');
  if (asking.saysProxy) plain.write(`PROXY TCP4 127.0.0.1 127.0.0.1 40000 ${port}\r\n`);
  if (!asking.isTls) return { socket: plain, serial: '', alpn: '' };
  const secured = connectTls({
    socket: plain,
    servername: asking.name,
    ...(asking.ca === undefined ? { rejectUnauthorized: false } : { ca: asking.ca }),
    ...(asking.alpn ? { ALPNProtocols: asking.alpn } : {}),
  });
  await once(secured, 'secureConnect');
  return { socket: secured, serial: serialOf(secured), alpn: secured.alpnProtocol || '' };
}

/** Does the handshake alone. */
export async function handshake(asking: Asking): Promise<{ serial: string; alpn: string }> {
  const { socket, serial, alpn } = await open({ ...asking, isTls: true });
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

/** What of an answer must not change where nothing was meant to; an app behind may be told more than before. */
export function lasting({ status, headers, body, serial, alpn }: Answer): Record<string, unknown> {
  const said = body.replace(/^(\{"method":"\w+","url":"[^"]*").*\}$/, '$1}');
  return { status, location: headers['location'], type: headers['content-type'], serial, alpn, body: said };
}

/** Asks every 10 ms, each time by a new connection, until it is stopped: how often, and what failed. */
export function poll(asking: Asking): { stop(): Promise<{ asked: number; failures: string[] }> } {
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let asked = 0;
  const timer = setInterval(() => {
    asked += 1;
    const number = asked;
    const one = ask(asking)
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

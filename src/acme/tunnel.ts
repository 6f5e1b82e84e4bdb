import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import { isAddress, parseAddress, withBrackets } from '../names/address.ts';
import { type Proxy, proxyAddress } from '../names/proxy.ts';
import { publicRoots, verifiedConnection } from '../probe/verified.ts';

/** The proxy's refusal: an HTTP status, or SOCKS reply codes as the nearest HTTP status. */
export class TunnelRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answers ${status}`);
    this.status = status;
  }
}

/** Any other failure between this machine and the proxy; `cause` says which. */
export class TunnelFailure extends Error {}

/**
 * Opens a connection to `host` through a proxy.
 * @param host without brackets.
 * @throws TunnelRefusal; TunnelFailure.
 */
export async function openTunnel(
  proxy: Proxy,
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  try {
    return await (proxy.protocol === 'socks5' ? socksTunnel : httpTunnel)(proxy, host, port, timeoutMs, signal);
  } catch (error) {
    if (error instanceof TunnelRefusal) throw error;
    throw new TunnelFailure(proxyAddress(proxy), { cause: error });
  }
}

function httpTunnel(proxy: Proxy, host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const { credentials } = proxy;
  const target = `${withBrackets(host)}:${port}`;
  const basic = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return new Promise((resolve, reject) => {
    const isSecure = proxy.protocol === 'https';
    const request = (isSecure ? https : http).request({
      ...(isSecure ? { ...verifiedConnection, ca: publicRoots() } : {}),
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: timeoutMs,
      signal,
      headers: { host: target, ...(basic === undefined ? {} : { 'proxy-authorization': `Basic ${basic}` }) },
      ...(isSecure && !isAddress(proxy.host) ? { servername: proxy.host } : {}),
    });
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.on('error', () => {}).destroy();
      reject(new TunnelRefusal(statusCode));
    });
    request.on('timeout', () => request.destroy(timeOut()));
    request.on('error', reject);
    request.end();
  });
}

/** RFC 1928 §6 and RFC 1929, as the nearest HTTP status. */
const socksStatus: Readonly<Record<number, number>> = { 2: 403, 3: 502, 4: 502, 5: 502, 6: 504 };

async function socksTunnel(
  proxy: Proxy,
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const { credentials } = proxy;
  const socket = net.connect({ host: proxy.host, port: proxy.port, signal });
  socket.setTimeout(timeoutMs, () => socket.destroy(timeOut()));
  try {
    const read = reader(socket);
    socket.write(Buffer.from(credentials ? [5, 2, 0, 2] : [5, 1, 0]));
    const [version, method] = await read(2);
    if (version !== 5) throw new Error('not a SOCKS5 proxy');
    if (method === 2 && credentials) {
      socket.write(Buffer.concat([Buffer.from([1]), field(credentials.user), field(credentials.password)]));
      if ((await read(2))[1] !== 0) throw new TunnelRefusal(407);
    } else if (method !== 0) throw new TunnelRefusal(407);
    const octets = parseAddress(host);
    const address = octets ? Buffer.concat([Buffer.from([octets.length === 4 ? 1 : 4]), octets]) : named(host);
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 0xff])]));
    const [, reply, , kind] = await read(4);
    if (reply !== 0) throw new TunnelRefusal(socksStatus[reply!] ?? 502);
    await read((kind === 1 ? 4 : kind === 4 ? 16 : (await read(1))[0]!) + 2);
    socket.setTimeout(0).removeAllListeners('timeout');
    return socket;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
}

function field(text: string): Buffer {
  const octets = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.from([octets.length]), octets]);
}

function named(host: string): Buffer {
  return Buffer.concat([Buffer.from([3]), field(host)]);
}

/** Reads exactly that many octets; the rest stays in the socket. */
function reader(socket: Socket): (count: number) => Promise<Buffer> {
  return (count) =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        socket.off('readable', look).off('error', fail).off('close', closed);
        act();
      };
      const fail = (error: Error): void => settle(() => reject(error));
      const closed = (): void => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
      const look = (): void => {
        const octets = socket.read(count) as Buffer | null;
        if (octets?.length === count) settle(() => resolve(octets));
      };
      socket.on('readable', look).on('error', fail).on('close', closed);
      look();
    });
}

function timeOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { host } from './peers.ts';

/** CPU time of a process so far, µs (user and system, all threads), in steps of 10 ms. */
export function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
}

async function output(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(child, 'close');
  return text;
}

/** Keep-alive requests over TLS and HTTP/1.1; returns the number of 2xx responses. */
export async function requests(
  port: number,
  seconds: number,
  core: number,
  connections = 50,
  target = '/small',
  fields: readonly string[] = [],
): Promise<number> {
  const headers = fields.flatMap((field) => ['-H', field]);
  return load(port, core, ['--h1', `-c${connections}`, '-D', String(seconds), ...headers], target);
}

/** The same over HTTP/2, 10 connections of 20 streams. */
export async function requestsHttp2(port: number, count: number, core: number): Promise<number> {
  return load(port, core, ['-c10', '-m20', `-n${count}`]);
}

async function load(port: number, core: number, args: string[], target = '/small'): Promise<number> {
  const url = ['--connect-to', `127.0.0.1:${port}`, `https://${host}:${port}${target}`];
  const text = await output('taskset', ['-c', String(core), 'h2load', '-t1', ...args, ...url]);
  const answered = Number(/(\d+) 2xx/.exec(text)?.[1] ?? 0);
  if (answered === 0) throw new Error(text);
  return answered;
}

export interface StreamReading {
  tokens: number;
  bytes: number;
}

/** Opens SSE streams and reads them to their end; calls `whenOpen` once all have responded. */
export async function streams(
  port: number,
  count: number,
  tokens: number,
  everyMs: number,
  whenOpen: () => void = () => {},
): Promise<StreamReading> {
  const reading = { tokens: 0, bytes: 0 };
  const secureContext = tls.createSecureContext();
  let open = 0;
  const request = `GET /sse?tokens=${tokens}&everyMs=${everyMs} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // A throw-away certificate of the benchmark; nothing is confidential here.
      const socket = tls.connect({
        port,
        host: '127.0.0.1',
        servername: host,
        secureContext,
        rejectUnauthorized: false,
      });
      let answered = false;
      socket.on('secureConnect', () => socket.write(request));
      socket.on('data', (bytes: Buffer) => {
        reading.bytes += bytes.length;
        for (let at = bytes.indexOf('data: '); at >= 0; at = bytes.indexOf('data: ', at + 6)) reading.tokens += 1;
        if (answered) return;
        answered = true;
        open += 1;
        if (open === count) whenOpen();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  const running: Promise<void>[] = [];
  for (let started = 0; started < count; started += 50) {
    const group = Array.from({ length: Math.min(50, count - started) }, () => one());
    running.push(...group);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all(running);
  return reading;
}

/** Connections without requests; calls `whenOpen` once all handshakes are done, then closes the connections. */
export async function idle(port: number, count: number, whenOpen: () => Promise<void>): Promise<void> {
  const secureContext = tls.createSecureContext();
  const sockets: tls.TLSSocket[] = [];
  while (sockets.length < count) {
    const group = Array.from({ length: Math.min(50, count - sockets.length) }, () =>
      tls.connect({ port, host: '127.0.0.1', servername: host, secureContext, rejectUnauthorized: false }),
    );
    await Promise.all(group.map((socket) => once(socket, 'secureConnect')));
    sockets.push(...group);
  }
  await whenOpen();
  for (const socket of sockets) socket.destroy();
}

/** Time from a request to the first byte of its response, ms, on one connection with 2 ms between requests. */
export async function firstBytes(port: number, count: number, secure: boolean): Promise<number[]> {
  const socket = secure
    ? tls.connect({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false })
    : net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, secure ? 'secureConnect' : 'connect');
  socket.setNoDelay(true);
  const request = `GET /small HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`;
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const answered = once(socket, 'data');
    const began = performance.now();
    socket.write(request);
    await answered;
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket.destroy();
  return times;
}

/** Downloads a body of `bytes` bytes. */
export async function download(port: number, bytes: number): Promise<void> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false });
  socket.write(`GET /down?bytes=${bytes} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  let left = bytes;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${left} bytes are missing`)));
    socket.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left <= 0) resolve();
    });
  });
  socket.destroy();
}

/** Uploads a body of `bytes` bytes. */
export async function upload(port: number, bytes: number): Promise<void> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false });
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  socket.write(`POST /up HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Length: ${bytes}\r\n\r\n`);
  const block = Buffer.alloc(64 * 1024);
  for (let left = bytes; left > 0; left -= block.length) {
    if (!socket.write(left < block.length ? block.subarray(0, left) : block)) await once(socket, 'drain');
  }
  const [answer] = await answered;
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(answer.toString('latin1'));
  socket.destroy();
}

/** New connections with full handshakes, `lanes` at a time. */
export async function handshakes(port: number, count: number, lanes: number): Promise<void> {
  let left = count;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = tls.connect({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false }, () =>
        socket.destroy(),
      );
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import type { Http2Case } from '../../test/edge/http2-cases.ts';
import { FrameClient } from '../../test/edge/http2-frames.ts';
import type { Case } from '../../test/edge/smuggling-corpus.ts';
import type { AnswerCase } from '../../test/edge/answer-corpus.ts';
import { readAnswer, readRequests } from '../../test/edge/strict-reader.ts';
import { answerTarget, host, type Proxy } from './proxies.ts';

/** Time limit for a response. */
export const answerMs = 700;

export const clientOptions = (port: number): tls.ConnectionOptions => ({
  port,
  host: '127.0.0.1',
  servername: host,
  // Throw-away certificates of three programs: the cases test what follows the handshake.
  rejectUnauthorized: false,
});

export async function connect(port: number): Promise<tls.TLSSocket> {
  const socket = tls.connect({ ...clientOptions(port), ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** Returns the client's and the app's side of a case in words. */
export async function sendRaw(proxy: Proxy, { bytes }: Case): Promise<string> {
  proxy.app.take();
  const socket = await connect(proxy.port);
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  const closed = once(socket, 'close').catch(() => {});
  socket.write(Buffer.from(bytes, 'latin1'));
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, answerMs))]);
  socket.destroy();
  const statuses = [...text.matchAll(/(?:^|ok)HTTP\/1\.[01] (\d{3})/g)].map((match) => match[1]!);
  const outcome = statuses.length === 0 ? 'no answer' : statuses.join(', ');
  return `${outcome}${forwarded(proxy.app.take(), outcome)}`;
}

function forwarded(connections: string[], outcome: string): string {
  const read = connections.map((text) => readRequests(text));
  const requests = read.flatMap((one) => one.whole.map(({ method, target }) => `\`${method} ${shortened(target)}\``));
  const parts: string[] = [];
  if (requests.length > 0) parts.push(`app saw ${requests.join(', ')}`);
  if (read.some(({ problem }) => problem !== undefined)) parts.push('**app saw an ambiguous request**');
  // Part of a rejected request may already be under way; it never becomes a request.
  else if (outcome.startsWith('200') && read.some(({ rest }) => rest !== '')) parts.push('app saw part of a request');
  return parts.map((part) => `; ${part}`).join('');
}

function shortened(target: string): string {
  return target.length > 40 ? `${target.slice(0, 40)}…` : target;
}

/** The client's view of an odd answer of the app, and whether it, or the next visitor, gets bytes that are not its own. */
export async function receiveAnswer(proxy: Proxy, one: AnswerCase): Promise<string> {
  const first = await connect(proxy.port);
  const { method = 'GET' } = one;
  const own = await exchange(first, `${method} ${answerTarget(one)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, method);
  // Bytes after the answer must find the connection to the app idle.
  if (typeof one.sends !== 'string') await new Promise((resolve) => setTimeout(resolve, 50));
  const request = `GET /next HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const next = first.destroyed || own.endsWith('close') ? '' : await exchange(first, request, 'GET');
  first.destroy();
  const second = await connect(proxy.port);
  const other = await exchange(second, request, 'GET');
  second.destroy();
  const isLeaked = next.includes('stolen') || other.includes('stolen');
  const said = own.replace(/ close$/, '');
  return `${said}${isLeaked ? '; **the next visitor got the rest**' : ''}`;
}

/** The answer in words. `close`: the connection ends with it. */
async function exchange(socket: tls.TLSSocket, request: string, method: string): Promise<string> {
  let text = '';
  const { promise, resolve } = Promise.withResolvers<string>();
  const look = (isClosed: boolean): void => {
    try {
      const answer = readAnswer(text, method);
      if (answer) {
        const body = answer.status >= 500 ? '' : answer.body.slice(0, 20);
        resolve(`${answer.status}${body === '' ? '' : ` \`${body}\``}${answer.closes ? ' close' : ''}`);
      } else if (isClosed) resolve(text === '' ? 'closed' : `${/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]}, cut off`);
    } catch {
      resolve('**an ambiguous answer**');
    }
  };
  const onData = (piece: Buffer): void => {
    text += piece.toString('latin1');
    look(false);
  };
  const onClose = (): void => look(true);
  socket.on('data', onData).once('close', onClose);
  socket.write(request);
  const late = setTimeout(() => resolve(text === '' ? 'no answer' : 'no end'), answerMs);
  const outcome = await promise;
  clearTimeout(late);
  socket.off('data', onData).off('close', onClose);
  return outcome;
}

function residentMebibytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) / 256;
}

/** Resolves once the previous case has no backlog left. */
async function quiet({ app }: Proxy): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 250));
  while (app.take().length > 0);
}

export async function sendFrames(proxy: Proxy, http2Case: Http2Case, flood: boolean): Promise<string> {
  if (flood) await quiet(proxy);
  else proxy.app.take();
  const before = residentMebibytes(proxy.pid);
  const client = await FrameClient.connect(clientOptions(proxy.port), http2Case.first);
  const outcome = await http2Case.run(client);
  const grown = residentMebibytes(proxy.pid) - before;
  client.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, flood ? 300 : 30));
  const received = proxy.app.take();
  if (!flood) return `${outcome}${forwarded(received, outcome)}`;
  const requests = received.reduce((sum, text) => sum + (text.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0), 0);
  // It is a race whether the client reads the GOAWAY before the connection ends.
  const said = /^(closed|GOAWAY \w+)$/.test(outcome) ? 'connection ended' : outcome;
  return `${said}${beyond('app saw', requests, 'requests', [100, 250, 500, 1000, 2000])}${beyond('memory grew by', grown, 'MiB', [64, 128, 256])}`;
}

/** In steps, because exact values differ from run to run. */
function beyond(what: string, value: number, unit: string, steps: readonly number[]): string {
  const step = steps.findLast((step) => value > step);
  return step === undefined ? '' : `; ${what} more than ${step} ${unit}`;
}

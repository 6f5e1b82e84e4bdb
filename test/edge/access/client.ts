import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { rootPem } from '../edge.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request over HTTP/1.1, on a separate connection. */
export async function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<Answer> {
  const asked = https.request({
    host: '127.0.0.1',
    port,
    path,
    method,
    servername: 'chat.test',
    headers: { host: 'chat.test', ...headers },
    ca: rootPem,
    agent: false,
  });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
}

/** Requests over one HTTP/2 connection. */
export async function session(
  t: TestContext,
  port: number,
): Promise<(path: string, headers?: Record<string, string>) => Promise<Answer>> {
  const client = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => client.destroy());
  await once(client, 'connect');
  return async (path, headers = {}) => {
    const stream = client.request({ ':path': path, ':authority': 'chat.test', ...headers });
    const [fields] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    return { status: fields[':status']!, headers: fields, body: await text(stream) };
  };
}

export const basic = (name: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

/** An HTTP server that stops with the test. */
export async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import net, { type AddressInfo, connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { mends } from '../support/outside.ts';
import { atEnd } from '../support/up.ts';
import { startLyingAuthority } from './lying-authority.ts';
import { clientOf, HastyClock, soon, withCode } from './support.ts';

const variables = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'] as const;

/** Sets these variables, and no other proxy variable, until the end of the test. */
function setProxies(t: TestContext, wanted: Partial<Record<(typeof variables)[number], string>>): void {
  const before = variables.map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of variables) set(name, wanted[name]);
  t.after(() => before.forEach(([name, value]) => set(name, value)));
}

interface TestProxy {
  port: number;
  /** `host:port` and the credentials of each request. */
  asked: string[];
}

/** An HTTP proxy that answers CONNECT with `status`, and for 200 leads to loopback. */
async function startHttpProxy(t: TestContext, status = 200): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const basic = /^Basic (.*)/.exec(request.headers['proxy-authorization'] ?? '')?.[1];
    asked.push([request.url!, ...(basic ? [Buffer.from(basic, 'base64').toString()] : [])].join(' '));
    client.on('error', () => {});
    if (status !== 200) client.end(`HTTP/1.1 ${status} No\r\n\r\nblocked`);
    else {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      join(t, client, Number(request.url!.split(':').at(-1)));
    }
  });
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

/** A SOCKS5 proxy that wants a password, answers with `reply`, and for 0 leads to loopback. */
async function startSocksProxy(t: TestContext, reply = 0): Promise<TestProxy> {
  const asked: string[] = [];
  const server = net.createServer((client) => {
    client.on('error', () => {});
    void (async () => {
      const next = async (): Promise<Buffer> => (await once(client, 'data'))[0] as Buffer;
      const [, , ...methods] = await next();
      client.write(Buffer.from([5, methods.includes(2) ? 2 : 0xff]));
      const login = await next();
      const user = login.subarray(2, 2 + login[1]!).toString();
      client.write(Buffer.from([1, user === 'me' ? 0 : 1]));
      const request = await next();
      const host = request.subarray(5, 5 + request[4]!).toString();
      const port = request.readUInt16BE(request.length - 2);
      asked.push(`${host}:${port} ${user}`);
      client.write(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]));
      if (reply === 0) join(t, client, port);
    })().catch(() => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

function join(t: TestContext, client: Socket, port: number): void {
  const upstream = net.connect(port, '127.0.0.1');
  upstream.on('error', () => client.destroy());
  upstream.pipe(client).pipe(upstream);
  atEnd(t, () => upstream.destroy());
}

test('connects through the proxies that curl accepts', async (t) => {
  mends(t, 'acme/proxy-without-scheme');
  const authority = await startLyingAuthority(t);
  const { port } = new URL(authority.directoryUrl);
  const directoryUrl = `https://authority.test:${port}/where/else`;
  const [plain, socks] = [await startHttpProxy(t), await startSocksProxy(t)];
  for (const [wanted, proxy, seen] of [
    [{ HTTPS_PROXY: `127.0.0.1:${plain.port}` }, plain, ''],
    [{ ALL_PROXY: `http://a%40b:c%3Ad@127.0.0.1:${plain.port}/` }, plain, ' a@b:c:d'],
    [{ all_proxy: `socks5h://me:secret@127.0.0.1:${socks.port}` }, socks, ' me'],
  ] as const) {
    await t.test(JSON.stringify(wanted), async (inner) => {
      setProxies(inner, wanted);
      await clientOf(inner, { ...authority, directoryUrl }).directory(soon());
      assert.equal(proxy.asked.pop(), `authority.test:${port}${seen}`);
      await clientOf(inner, authority).directory(soon());
      assert.equal(proxy.asked.length, 0, 'loopback bypasses the proxy');
      const stranger = clientOf(inner, { ...authority, directoryUrl: directoryUrl.replace('authority', 'other') });
      await assert.rejects(stranger.directory(soon()), withCode('acme.untrusted'));
      proxy.asked.length = 0;
    });
  }
});

test('names the proxy and the variable of a failure, never the password', async (t) => {
  mends(t, 'acme/proxy-without-scheme', 'acme/proxy-blamed-on-authority');
  const authority = await startLyingAuthority(t);
  const { port } = new URL(authority.directoryUrl);
  const directoryUrl = `https://authority.test:${port}/where/else`;
  const blocked = await startSocksProxy(t, 2);
  const free = net.createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const dead = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  const statuses = [407, 403, 502, 503] as const;
  const refusing = await Promise.all(statuses.map((status) => startHttpProxy(t, status)));
  for (const [value, code, pattern] of [
    ...statuses.map(
      (status, index) =>
        [
          `http://me:hunter2@127.0.0.1:${refusing[index]!.port}`,
          'acme.proxy-refused',
          new RegExp(`127\\.0\\.0\\.1:${refusing[index]!.port} .*${status}`),
        ] as const,
    ),
    [`socks5://me:hunter2@127.0.0.1:${blocked.port}`, 'acme.proxy-refused', /status 403/],
    [`socks5://you:hunter2@127.0.0.1:${blocked.port}`, 'acme.proxy-refused', /status 407/],
    [`http://me:hunter2@127.0.0.1:${dead}`, 'acme.proxy-unreachable', /connection refused/],
    [`https://me:hunter2@127.0.0.1:${port}`, 'acme.proxy-unreachable', /unable to verify|certificate/],
    ['socks4://me:hunter2@127.0.0.1:1', 'acme.proxy-invalid', /SOCKS4/],
    ['http://me:hunter2@', 'acme.proxy-invalid', /HOST:PORT/],
  ] as const) {
    await t.test(value, async (inner) => {
      setProxies(inner, { HTTPS_PROXY: value });
      // A wrong value must not keep the program from serving: only a request fails.
      const client = clientOf(inner, { ...authority, directoryUrl }, { clock: new HastyClock() });
      await assert.rejects(
        client.directory(soon()),
        withCode(code, (error) => {
          const { message, cause, hint } = error.report('en');
          assert.match(message, pattern);
          assert.match(`${message} ${cause}`, /HTTPS_PROXY/);
          assert.doesNotMatch(JSON.stringify([message, cause, hint, error.report('zh')]), /hunter2/);
        }),
      );
    });
  }
});

test('reaches an authority through a proxy, and verifies it all the same', async (t) => {
  const authority = await startLyingAuthority(t);
  const { port } = new URL(authority.directoryUrl);
  const asked: string[] = [];
  const proxy = createServer().listen(0, '127.0.0.1');
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url!);
    const upstream = connect(Number(port), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    atEnd(t, () => upstream.destroy());
  });
  await once(proxy, 'listening');
  atEnd(t, () => proxy.close());
  const before = process.env['HTTPS_PROXY'];
  t.after(() => {
    if (before === undefined) delete process.env['HTTPS_PROXY'];
    else process.env['HTTPS_PROXY'] = before;
  });
  process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  const directoryUrl = `https://authority.test:${port}/where/else`;
  const client = clientOf(t, { ...authority, directoryUrl });
  await client.directory(soon());
  assert.deepEqual(asked, [`authority.test:${port}`]);
  await clientOf(t, authority).directory(soon());
  assert.equal(asked.length, 1, 'loopback bypasses the proxy');
  const stranger = clientOf(t, { ...authority, directoryUrl: directoryUrl.replace('authority', 'other') });
  await assert.rejects(stranger.directory(soon()), withCode('acme.untrusted'));
});

/** The service finds out which apps it serves and which Host they need, at the start and later, and warns of open ones. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type Server } from 'node:http';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { findingReport } from '../../../src/app/messages.ts';
import type { Service } from '../../../src/app/serve.ts';
import { SeenApps } from '../../../src/app/serve/seen-apps.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import type { Upstream } from '../../../src/config/upstream.ts';
import type { Finding } from '../../../src/hop/finding.ts';
import { probeHttp } from '../../../src/probe/http.ts';
import { atEnd, freePorts, temporaryFolder } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { startService } from './start.ts';

const limits = { timeout: 60_000 };

/** Refuses every Host but localhost's, as Ollama does on loopback. `text` is its start page. */
async function startGuarded(t: TestContext, port: number, text = 'Ollama is running'): Promise<Server> {
  const server = http.createServer((request, response) => {
    const isLocal = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(request.headers.host!);
    response.writeHead(!isLocal ? 403 : request.url === '/' ? 200 : 404).end(isLocal ? text : '');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return server;
}

const stateOf = async (t: TestContext): Promise<string> => path.join(await temporaryFolder(t, 'seen'), 'state');

async function visit(service: Service, httpsPort: number, host: string): Promise<number | undefined> {
  const roots = [await readText(service.rootFile!)];
  const url = `https://${host}:${httpsPort}/`;
  return (await probeHttp({ url, address: '127.0.0.1', clock: systemClock, roots })).status;
}

/** The message and hint of the findings with this code. */
function told(findings: readonly Finding[], code: string): string[] {
  return findings
    .filter((finding) => finding.code === code)
    .map((finding) => {
      const { message, hint } = findingReport(finding, 'en');
      return `${message} ${hint}`;
    });
}

/** The same, once the app has been examined: on a busy machine, that may take longer than the start. */
async function warned(t: TestContext, service: Service, code: string): Promise<string[]> {
  let warnings: string[] = [];
  await until(t, async () => {
    await service.checkSurroundings();
    warnings = told((await service.status()).findings, code);
    return warnings.length > 0;
  });
  return warnings;
}
test('an app that was too busy to be examined at the start is examined again', limits, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  let silent = 2;
  const server = http.createServer((request, response) => {
    const isLocal = /^localhost(?::\d+)?$/.test(request.headers.host!);
    if (request.url === '/' && isLocal) return response.end('Ollama is running');
    if (!isLocal && silent > 0) return void (silent -= 1);
    return response.writeHead(isLocal ? 404 : 403).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  const args = { upstream: `http://localhost:${port}` };
  const { service, httpsPort } = await startService(t, await stateOf(t), ['models.test'], { args });
  await until(t, async () => (await visit(service, httpsPort, 'models.test')) === 200);
});

test('an app that starts later gets its Host as soon as it answers, and the status says so', limits, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const args = { upstream: `http://127.0.0.1:${port}` };
  const { service, httpsPort, events } = await startService(t, await stateOf(t), ['models.test'], { args });
  await service.checkSurroundings();
  assert.deepEqual((await service.status()).sites[0]!.routes, [{ path: '/', upstreams: [args.upstream] }]);
  assert.equal(await visit(service, httpsPort, 'models.test'), 502);
  const { revision } = await service.status();

  await startGuarded(t, port);
  await until(t, async () => (await visit(service, httpsPort, 'models.test')) === 200);
  await until(t, async () => (await service.status()).upstreams[0]!.problem === undefined);
  const status = await service.status();
  const host = `localhost:${port}`;
  assert.deepEqual(status.sites[0]!.routes, [{ path: '/', upstreams: [args.upstream], app: 'Ollama', host }]);
  assert.equal(status.revision, revision + 1);
  const answered = events.filter(({ type }) => type === 'app.answered');
  assert.deepEqual(answered, [{ type: 'app.answered', upstream: args.upstream, app: 'Ollama', host }]);
  // Only visitors on this machine reach the site.
  assert.deepEqual(told(status.findings, 'apps.without-log-in'), []);
});

test('warns of an app without a log-in that others reach, unless access decides', limits, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  await startGuarded(t, port);
  const open = { upstream: `http://127.0.0.1:${port}` };
  const code = 'apps.without-log-in';
  const serve = async (args: object, hosts: string[]): Promise<Service> =>
    (await startService(t, await stateOf(t), hosts, { args, listen: ['0.0.0.0'] })).service;
  const start = async (args: object, hosts = ['models.test']): Promise<string[]> => {
    const service = await serve(args, hosts);
    await service.checkSurroundings();
    return told((await service.status()).findings, code);
  };
  const [warning, ...others] = await warned(t, await serve(open, ['models.test']), code);
  assert.deepEqual(others, []);
  assert.match(
    warning!,
    /^Anyone who reaches models\.test can use Ollama\. .*start with --access-keys, and make one: /,
  );
  assert.deepEqual(await start({ ...open, allow: ['10.0.0.0/8'] }), []);
  assert.deepEqual(await start(open, ['localhost']), []);
});

test('an unknown app that refuses its visitors is reported, with the option that mends it', limits, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  await startGuarded(t, port, 'hello');
  const upstream = `http://127.0.0.1:${port}`;
  const code = 'apps.refuses-host';
  const start = async (args: object, isRefused = false): Promise<[warnings: string[], status: number | undefined]> => {
    const { service, httpsPort } = await startService(t, await stateOf(t), ['chat.test'], { args });
    await service.checkSurroundings();
    const warnings = isRefused ? await warned(t, service, code) : told((await service.status()).findings, code);
    return [warnings, await visit(service, httpsPort, 'chat.test')];
  };
  const [[warning], refused] = await start({ upstream }, true);
  assert.equal(refused, 403);
  assert.match(warning!, new RegExp(`refuses visitors of chat\\.test:\\d+ with 403.*--host-header localhost:${port}$`));
  assert.deepEqual(await start({ upstream, hostHeader: `localhost:${port}` }), [[], 200]);
  assert.deepEqual(await start({ upstream, app: 'ollama' }), [[], 200]);
  assert.deepEqual(await start({ upstream, app: 'any' }), [[], 403]);
});

test('an app that accepts connections and never answers does not keep the edge from starting', limits, async (t) => {
  const silent = http.createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  atEnd(t, () => {
    silent.close();
    silent.closeAllConnections();
  });
  const args = { upstream: `http://127.0.0.1:${(silent.address() as { port: number }).port}` };
  const { service } = await startService(t, await stateOf(t), ['chat.test'], { args });
  assert.equal(
    (await service.status()).proofs.every(({ ok }) => ok),
    true,
  );
});

test('an app on a unix socket is recognised, also on an abstract one', limits, async (t) => {
  const folder = await temporaryFolder(t, 'sock');
  const name = `everyhop-seen-${process.pid}`;
  const events = new EventBus();
  for (const [socketPath, at] of [
    [path.join(folder, 'app.sock'), path.join(folder, 'app.sock')],
    [`@${name}`, `\0${name}`],
  ] as const) {
    const server = http.createServer((_, response) => response.end('Ollama is running')).listen(at);
    await once(server, 'listening');
    atEnd(t, () => server.close());
    const ends: (() => void)[] = [];
    const upkeep = { atEnd: (end: () => void) => void ends.push(end) };
    const apps = new SeenApps({ clock: systemClock, textOf: () => undefined, events, upkeep });
    atEnd(t, () => ends.forEach((end) => end()));
    const upstream: Upstream = {
      protocol: 'http',
      host: 'localhost',
      port: 80,
      basePath: '',
      rootFile: undefined,
      socketPath,
    };
    const sites = [{ hosts: ['models.test'], routes: [{ path: '/', upstreams: [upstream] }] }];
    await apps.look({ sites } as unknown as Configuration, 443);
    await until(t, () => apps.at(upstream)?.app?.id === 'ollama');
  }
});

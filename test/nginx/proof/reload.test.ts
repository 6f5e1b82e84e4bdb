import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/base/clock.ts';
import { execute } from '../../../src/base/process.ts';
import { type LogMark, markLog } from '../../../src/nginx/program/error-log.ts';
import { inspectNginx } from '../../../src/nginx/program/inspect.ts';
import { findMaster, type Master, workersOf } from '../../../src/nginx/program/master.ts';
import { awaitReload, type ReloadOutcome } from '../../../src/nginx/proof/reload.ts';
import { explainStuck, isRefusal } from '../../../src/nginx/proof/stuck.ts';
import type { Target } from '../../../src/nginx/proof/target.ts';
import { make } from '../../probe/certificates.ts';
import { listen } from '../../probe/servers.ts';
import { nginxConf, nginxFolder, nginxProgram, type RunningNginx, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { atEnd, freePorts } from '../../support/up.ts';
import { targetAt } from './blocks.ts';

const skip = without('nginx');
const proofPath = '/.well-known/everyhop/token';
const certificate = await make({ subject: 'own', dns: ['chat.test'] });
const withMark = (generation: string): string =>
  `rewrite ^/.well-known/everyhop/ $uri break; location = ${proofPath} { return 200 "${generation} $pid"; }`;

interface Stage {
  nginx: RunningNginx;
  master: Master;
  log: LogMark;
  /** Writes another configuration that passes nginx -t, and reloads nginx. */
  turnTo: (httpBlock: string, targets: Target[], timeoutMs?: number) => Promise<ReloadOutcome>;
}

async function stage(t: TestContext, httpBlock: string, { workers = 2, files = {} } = {}): Promise<Stage> {
  const conf = (block: string): string => nginxConf(block, { workers });
  const folder = await nginxFolder(t, { 'nginx.conf': conf(httpBlock), ...files });
  const nginx = await startNginx(t, { folder });
  const program = await inspectNginx({ program: nginxProgram, conf: nginx.confFile, prefix: folder }, execute);
  const master = await findMaster(program, { pidFile: nginx.pidFile });
  const log = await markLog(nginx.errorLog);
  return {
    nginx,
    master,
    log,
    async turnTo(block, targets, timeoutMs = 10_000) {
      await writeFile(nginx.confFile, conf(block));
      const tested = await execute(nginxProgram, ['-t', ...nginx.args]);
      assert.equal(tested.code, 0, tested.stderr);
      const former = workersOf(master);
      const asked = await execute(nginxProgram, ['-s', 'reload', ...nginx.args]);
      assert.equal(asked.code, 0, asked.stderr);
      return awaitReload({
        targets,
        path: proofPath,
        generation: 'second',
        former,
        workers: () => workersOf(master),
        clock: systemClock,
        timeoutMs,
        refused: async () => (await log.linesSince()).some(isRefusal),
      });
    },
  };
}

test(
  'waits until every worker serves the new configuration, on plain and TLS listeners, IPv4 and IPv6',
  { skip },
  async (t) => {
    const [port, tlsPort] = (await freePorts(2)) as [number, number];
    const files = { 'own.pem': certificate.pem, 'own.key': certificate.keyPem };
    const plain = `listen 127.0.0.1:${port}; listen [::1]:${port}; server_name chat.test;`;
    const { turnTo, master } = await stage(t, `server { ${plain} ${withMark('first')} return 404; }`, {
      workers: 3,
      files,
    });
    const before = workersOf(master).map(({ pid }) => pid);
    const secure = `listen 127.0.0.1:${tlsPort} ssl http2; ssl_certificate own.pem; ssl_certificate_key own.key;`;
    const outcome = await turnTo(`server { ${plain} ${secure} ${withMark('second')} return 404; }`, [
      targetAt('127.0.0.1', port, 'chat.test'),
      targetAt('::1', port, 'chat.test'),
      targetAt('127.0.0.1', tlsPort, 'chat.test', { secure: true }),
    ]);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.seen.length + outcome.unseen.length, 3);
    assert.ok(outcome.seen.length > 0);
    assert.deepEqual(
      outcome.seen.filter((pid) => before.includes(pid)),
      [],
    );
  },
);

test('ignores an old worker that a stream keeps alive', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const app = http.createServer((_, response) => void response.write('data: 1\n\n'));
  const upstream = await listen(t, app);
  const block = (generation: string): string =>
    `server { listen 127.0.0.1:${port}; ${withMark(generation)}
     location / { proxy_buffering off; proxy_pass http://127.0.0.1:${upstream}; } }`;
  const { turnTo, master } = await stage(t, block('first'));
  const request = http.get({ port, host: '127.0.0.1' }).on('error', () => {});
  atEnd(t, () => request.destroy());
  await once(request, 'response');
  const outcome = await turnTo(block('second'), [targetAt('127.0.0.1', port, 'chat.test')]);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  assert.equal(workersOf(master).filter(({ leaving }) => leaving).length, 1);
});

// nginx retries a port for 2.5 s.
suite('another program holds a port', { skip, concurrency: true }, () => {
  for (const [taker, address] of [
    ['this very port', '127.0.0.1'],
    ['all addresses', '0.0.0.0'],
    ['IPv6', '::1'],
  ] as const) {
    test(
      `the trap: another program occupies ${taker}; nginx -t and reload succeed, but the old configuration answers`,
      { skip },
      async (t) => {
        const [port] = (await freePorts(1)) as [number];
        const taken = await listen(
          t,
          net.createServer((socket) => void socket.end('SSH-2.0-x\r\n')),
          address,
        );
        const own = address === '0.0.0.0' ? '127.0.0.1' : address;
        const wanted = `${own.includes(':') ? `[${own}]` : own}:${taken}`;
        const { turnTo, log } = await stage(t, `server { listen 127.0.0.1:${port}; ${withMark('first')} return 404; }`);
        const targets = [targetAt('127.0.0.1', port, 'chat.test'), targetAt(own, taken, 'chat.test')];
        const outcome = await turnTo(
          `server { listen 127.0.0.1:${port}; listen ${wanted}; ${withMark('second')} return 404; }`,
          targets,
        );
        assert.ok(!outcome.ok, JSON.stringify(outcome));
        assert.deepEqual(
          outcome.targets.map(({ state }) => state),
          ['old', 'old'],
        );
        assert.equal(outcome.oldWorkers.length, 2);
        const [error] = explainStuck({ seen: outcome, lines: await log.linesSince() });
        assert.equal(error?.code, 'nginx.port-taken');
        const { address: told, port: toldPort, pid } = (error?.params ?? {}) as Record<string, string>;
        assert.deepEqual([told, toldPort, pid], [own, String(taken), String(process.pid)]);
      },
    );
  }
});

test('succeeds if the port becomes free while nginx still retries', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const holder = net.createServer();
  const taken = await listen(t, holder);
  const { turnTo, log } = await stage(t, `server { listen 127.0.0.1:${port}; ${withMark('first')} }`);
  const freed = (async () => {
    while (!(await log.linesSince()).some(({ text }) => text.startsWith('bind()'))) await pause(10);
    holder.close();
  })();
  const outcome = await turnTo(
    `server { listen 127.0.0.1:${port}; listen 127.0.0.1:${taken}; ${withMark('second')} }`,
    [targetAt('127.0.0.1', taken, 'chat.test')],
  );
  await freed;
  assert.ok(outcome.ok, JSON.stringify(outcome));
});

test(
  'shared memory with another key: passes nginx -t, fails to reload, and nginx logs the reason',
  { skip },
  async (t) => {
    const [port] = (await freePorts(1)) as [number];
    const block = (key: string, generation: string): string =>
      `limit_req_zone ${key} zone=one:1m rate=100r/s;
     server { listen 127.0.0.1:${port}; ${withMark(generation)} limit_req zone=one burst=50; return 404; }`;
    const { turnTo, log } = await stage(t, block('$binary_remote_addr', 'first'));
    const outcome = await turnTo(block('$http_host', 'second'), [targetAt('127.0.0.1', port, 'chat.test')]);
    assert.ok(!outcome.ok, JSON.stringify(outcome));
    const [error] = explainStuck({ seen: outcome, lines: await log.linesSince() });
    assert.equal(error?.code, 'nginx.reload-refused');
    assert.match(error?.message ?? '', /limit_req "one" uses the "\$http_host" key while previously it used/);
  },
);

test('a stopped master: reports only that the old configuration still answers', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const { turnTo, log, nginx } = await stage(t, `server { listen 127.0.0.1:${port}; ${withMark('first')} }`);
  process.kill(nginx.pid, 'SIGSTOP');
  atEnd(t, () => process.kill(nginx.pid, 'SIGCONT'));
  const outcome = await turnTo(
    `server { listen 127.0.0.1:${port}; ${withMark('second')} }`,
    [targetAt('127.0.0.1', port, 'a.test')],
    300,
  );
  assert.ok(!outcome.ok, JSON.stringify(outcome));
  assert.deepEqual([outcome.targets[0]?.state, outcome.oldWorkers.length], ['old', 2]);
  assert.equal(explainStuck({ seen: outcome, lines: await log.linesSince() })[0]?.code, 'nginx.old-configuration');
});

test('reports a listener without an answer, or with one of another block, despite new workers', { skip }, async (t) => {
  const [port, nobody] = (await freePorts(2)) as [number, number];
  const block = (generation: string): string =>
    `server { listen 127.0.0.1:${port}; ${withMark(generation)} } server { listen 127.0.0.1:${port}; server_name other.test; return 403; }`;
  const { turnTo, log } = await stage(t, block('first'));
  const outcome = await turnTo(
    block('second'),
    [
      targetAt('127.0.0.1', port, 'a.test'),
      targetAt('127.0.0.1', nobody, 'a.test'),
      targetAt('127.0.0.1', port, 'other.test'),
    ],
    1500,
  );
  assert.ok(!outcome.ok, JSON.stringify(outcome));
  assert.deepEqual(
    outcome.targets.map(({ state, outcome, detail }) => [state, outcome, state === 'old' ? detail : '']),
    [
      ['new', 'answered', ''],
      ['nothing', 'refused', ''],
      ['old', 'answered', '403'],
    ],
  );
  assert.deepEqual(outcome.oldWorkers, []);
  const [error] = explainStuck({ seen: outcome, lines: await log.linesSince() });
  assert.equal(error?.code, 'nginx.other-answer');
  assert.match(error?.message ?? '', new RegExp(`http://a.test:${nobody}/`));
});

test('skips a listener that requires client certificates, and checks the others', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  const files = { 'own.pem': certificate.pem, 'own.key': certificate.keyPem };
  const block = (generation: string): string =>
    `server { listen 127.0.0.1:${port}; listen 127.0.0.1:${tlsPort} ssl; ssl_certificate own.pem; ssl_certificate_key own.key;
     ssl_verify_client on; ssl_client_certificate own.pem; ${withMark(generation)} }`;
  const { turnTo } = await stage(t, block('first'), { files });
  const outcome = await turnTo(block('second'), [
    targetAt('127.0.0.1', port, 'chat.test'),
    targetAt('127.0.0.1', tlsPort, 'chat.test', { secure: true }),
  ]);
  assert.ok(outcome.ok && outcome.seen.length > 0, JSON.stringify(outcome));
});

test('without targets, checks only the workers', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const { turnTo } = await stage(t, `server { listen 127.0.0.1:${port}; }`);
  const outcome = await turnTo(`server { listen 127.0.0.1:${port}; return 404; }`, []);
  assert.ok(outcome.ok && outcome.unseen.length === 2, JSON.stringify(outcome));
});

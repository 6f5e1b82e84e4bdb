import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { request } from 'undici';
import type { Challenge } from '../../src/acme/challenge.ts';
import { HttpListenerSolver } from '../../src/acme/http-01/listener.ts';
import { WebrootSolver } from '../../src/acme/http-01/webroot.ts';
import { obtain } from '../../src/acme/obtain.ts';
import { mends } from '../support/outside.ts';
import { startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { atEnd, freePorts, temporaryFolder } from '../support/up.ts';
import { accountAt, clientOf, soon, toLoopback, withCode } from './support.ts';

const prefix = '/.well-known/acme-challenge/';

function challengeFor(name: string, token = `token-of-${name}`.padEnd(20, '-')): Challenge {
  const keyAuthorization = `${token}.thumbprint`;
  return { identifier: { type: 'dns', value: name }, name, isWildcard: false, token, keyAuthorization, dnsValue: '' };
}

async function serve(t: TestContext, answer: RequestListener, port = 0): Promise<number> {
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A web server that serves a folder. */
function folderServer(folder: string): RequestListener {
  return (asked, answer) => {
    readFile(path.join(folder, asked.url!)).then(
      (content) => answer.end(content),
      () => answer.writeHead(404).end(),
    );
  };
}

test('webroot: writes an answer atomically and readable for all, and removes it with its folders', async (t) => {
  const folder = await temporaryFolder(t, 'webroot');
  const solver = new WebrootSolver({ folder });
  const challenge = challengeFor('a.test');
  await solver.prepare([challenge], soon());
  const file = path.join(folder, prefix, challenge.token);
  assert.equal(await readFile(file, 'utf8'), challenge.keyAuthorization);
  assert.equal((await stat(file)).mode & 0o777, 0o644);
  assert.deepEqual(await readdir(path.dirname(file)), [challenge.token], 'no partial file beside it');
  await solver.clean([challenge]);
  assert.deepEqual(await readdir(folder), []);
  await solver.clean([challenge]);
});

test('webroot: leaves other files and other orders’ answers alone', async (t) => {
  const folder = await temporaryFolder(t, 'webroot');
  await mkdir(path.join(folder, '.well-known'));
  await writeFile(path.join(folder, '.well-known', 'security.txt'), 'hello');
  const solver = new WebrootSolver({ folder });
  const [one, two] = [challengeFor('a.test'), challengeFor('b.test')];
  await Promise.all([solver.prepare([one], soon()), solver.prepare([two], soon())]);
  await solver.clean([one]);
  assert.deepEqual(await readdir(path.join(folder, prefix)), [two.token]);
  await solver.clean([two]);
  assert.deepEqual(await readdir(path.join(folder, '.well-known')), ['security.txt']);
});

test('webroot: concurrent orders do not remove each other’s folders', async (t) => {
  const folder = await temporaryFolder(t, 'webroot');
  const solvers = [new WebrootSolver({ folder }), new WebrootSolver({ folder })];
  const rounds = solvers.map(async (solver, index) => {
    for (let round = 0; round < 100; round++) {
      const challenge = challengeFor(`a${index}.test`);
      await solver.prepare([challenge], soon());
      await solver.clean([challenge]);
    }
  });
  await Promise.all(rounds);
  assert.deepEqual(await readdir(folder), []);
});

test('webroot: does not create a missing folder, and reports one that is not writable', async (t) => {
  const folder = await temporaryFolder(t, 'webroot');
  const mistyped = new WebrootSolver({ folder: path.join(folder, 'htlm') });
  await assert.rejects(mistyped.prepare([challengeFor('a.test')], soon()), withCode('file.missing'));
  await mistyped.clean([challengeFor('a.test')]);
  assert.deepEqual(await readdir(folder), []);
  await writeFile(path.join(folder, '.well-known'), 'a file');
  const blocked = new WebrootSolver({ folder });
  await assert.rejects(blocked.prepare([challengeFor('a.test')], soon()), withCode('file.not-folder'));
  await chmod(folder, 0o755);
});

test('webroot: Pebble reads the answer', { skip: without('pebble') }, async (t) => {
  const pebble = await startPebble(t);
  const folder = await temporaryFolder(t, 'webroot');
  await serve(t, folderServer(folder), pebble.httpPort);
  const client = clientOf(t, pebble);
  const solver = new WebrootSolver({ folder, validationPort: pebble.httpPort, lookup: toLoopback });
  await obtain(client, { account: await accountAt(client), names: ['a.test', 'b.test'], solvers: [solver] });
  assert.deepEqual(await readdir(folder), []);
});

/** Runs the self-check against a server with these answers. */
async function check(t: TestContext, answer: RequestListener, name = 'a.test'): Promise<void> {
  const validationPort = await serve(t, answer);
  const solver = new WebrootSolver({ folder: '/nonexistent', validationPort, lookup: toLoopback });
  await solver.check([challengeFor(name)], soon());
}

test('the self-check detects another server behind the name', async (t) => {
  const { keyAuthorization } = challengeFor('a.test');
  await check(t, (_, answer) => answer.end(`${keyAuthorization}\n`));
  const cases: [RequestListener, RegExp][] = [
    [(_, answer) => answer.writeHead(404).end('nothing here'), /status 404/],
    [(_, answer) => answer.writeHead(502).end(), /status 502/],
    [(_, answer) => answer.end('<h1>It works!</h1>'), /other content \(18 bytes\)/],
    [(_, answer) => answer.end(Buffer.alloc(1_000_000)), /other content/],
    [
      (_, answer) => answer.writeHead(301, { location: '/.well-known/acme-challenge/again' }).end(),
      /too many redirects/,
    ],
    [(_, answer) => answer.writeHead(302, { location: 'http://a.test:25180/' }).end(), /authorities do not follow/],
    [(_, answer) => answer.writeHead(302, { location: 'http://127.0.0.1/latest/' }).end(), /authorities do not follow/],
  ];
  for (const [answer, reason] of cases) {
    await assert.rejects(
      check(t, answer),
      withCode('acme.self-check', (error) => {
        assert.match(error.message, reason);
        assert.match(
          error.report('en').hint,
          /curl -sSIL http:\/\/a\.test:\d+\/\.well-known\/acme-challenge\/token-of/,
        );
      }),
    );
  }
});

test('the self-check visits no service that a redirect names, and quotes nothing of an answer', async (t) => {
  const measured = mends(t, 'security/S04-self-check-redirect');
  const secret = 'iam-credentials-of-this-machine';
  let visits = 0;
  const inner = await serve(t, (_, answer) => {
    visits += 1;
    answer.end(secret);
  });
  const targets = [
    `http://127.0.0.1:${inner}/latest/`,
    `http://a.test:${inner}/`,
    `http://[::ffff:127.0.0.1]:${inner}/`,
  ];
  const quotesNothing = withCode('acme.self-check', (error) => {
    assert.ok(!JSON.stringify([error.message, error.data(), error.report('en')]).includes(secret));
  });
  for (const location of targets) {
    await assert.rejects(
      check(t, (_, answer) => answer.writeHead(302, { location }).end()),
      quotesNothing,
    );
  }
  assert.equal(visits, 0);
  await assert.rejects(
    check(t, (_, answer) => answer.end(secret)),
    quotesNothing,
  );
  Object.assign(measured, { redirects: targets.length, visits });
});

test('the self-check follows a redirect to another name only to an address on the Internet', async (t) => {
  const inside = [
    ['127.0.0.1', '0.0.0.0', '169.254.169.254', '10.0.0.1'],
    ['::1', '::', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::1', 'fd00:ec2::254', 'fe80::1'],
  ].flat();
  for (const address of inside) {
    const hosts: string[] = [];
    const lookedUp: string[] = [];
    const validationPort = await serve(t, (asked, answer) => {
      hosts.push(asked.headers.host!.split(':')[0]!);
      answer.writeHead(302, { location: `http://inside.test:${validationPort}/admin` }).end();
    });
    const lookup: LookupFunction = (name, options, done) => {
      lookedUp.push(name);
      if (name === 'a.test') return toLoopback(name, options, done);
      const family = address.includes(':') ? 6 : 4;
      if (options.all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    };
    const solver = new WebrootSolver({ folder: '/nonexistent', validationPort, lookup });
    // It proves nothing: the authority may find another address.
    await solver.check([challengeFor('a.test')], soon());
    assert.deepEqual(hosts, ['a.test'], address);
    assert.deepEqual(lookedUp, ['a.test', 'inside.test'], address);
  }
});

test('the self-check follows redirects, and sends the right Host', async (t) => {
  const { keyAuthorization } = challengeFor('a.test');
  const hosts = new Set<string>();
  await check(t, (asked, answer) => {
    hosts.add(asked.headers.host!.split(':')[0]!);
    if (asked.url === '/found') answer.end(keyAuthorization);
    else answer.writeHead(302, { location: '/found' }).end();
  });
  assert.deepEqual([...hosts], ['a.test']);
});

test('requests validation if the self-check gets no answer', async (t) => {
  const [closed] = (await freePorts(1)) as [number];
  const away = new WebrootSolver({ folder: '/nonexistent', validationPort: closed, lookup: toLoopback });
  await away.check([challengeFor('a.test')], soon());
  await check(t, (asked) => asked.socket.destroy());
  await check(t, (_, answer) => answer.writeHead(302, { location: 'https://a.test/' }).end());
});

test('the listener serves its answers, 404 for the rest, and closes after the last', async () => {
  const [port] = (await freePorts(1)) as [number];
  const solver = new HttpListenerSolver({ port, address: '127.0.0.1', validationPort: port, lookup: toLoopback });
  const [one, two] = [challengeFor('a.test'), challengeFor('b.test')];
  const origin = `http://127.0.0.1:${port}`;
  const ask = async (path: string, method: 'GET' | 'POST' | 'HEAD' = 'GET'): Promise<[number, string]> => {
    const { statusCode, body } = await request(origin + path, { method });
    return [statusCode, await body.text()];
  };
  await Promise.all([solver.prepare([one]), solver.prepare([two])]);
  await solver.check([one, two], soon());
  assert.deepEqual(await ask(prefix + one.token), [200, one.keyAuthorization]);
  assert.deepEqual(await ask(prefix + one.token, 'HEAD'), [200, '']);
  for (const path of [
    '/',
    prefix,
    `${prefix}unknown`,
    `${prefix}${one.token}/`,
    `/x${prefix}${one.token}`,
    `${prefix}__proto__`,
  ]) {
    assert.deepEqual(await ask(path), [404, ''], path);
  }
  assert.deepEqual(await ask(prefix + one.token, 'POST'), [404, '']);
  await solver.clean([one]);
  assert.deepEqual(await ask(prefix + one.token), [404, '']);
  assert.deepEqual(await ask(prefix + two.token), [200, two.keyAuthorization]);
  await solver.clean([two]);
  await assert.rejects(ask(prefix + two.token), /ECONNREFUSED/);
});

test('the listener opens and closes in turn while orders overlap', async () => {
  const [port] = (await freePorts(1)) as [number];
  const solver = new HttpListenerSolver({ port, address: '127.0.0.1' });
  const rounds = Array.from({ length: 20 }, async (_, index) => {
    const challenge = challengeFor(`a${index}.test`);
    await solver.prepare([challenge]);
    await solver.clean([challenge]);
  });
  await Promise.all(rounds);
  await assert.rejects(request(`http://127.0.0.1:${port}/`), /ECONNREFUSED/);
});

test('reports a port in use and a foreign address, and serves once the port is free', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const solver = new HttpListenerSolver({ port, address: '127.0.0.1' });
  const challenge = challengeFor('a.test');
  await assert.rejects(solver.prepare([challenge]), withCode('acme.port-taken'));
  await solver.clean([challenge]);
  await new Promise((resolve) => holder.close(resolve));
  await solver.prepare([challenge]);
  await solver.clean([challenge]);
  const elsewhere = new HttpListenerSolver({ port, address: '192.0.2.1' });
  await assert.rejects(elsewhere.prepare([challenge]), withCode('acme.listen-failed'));
});

test('HTTP-01 does not suit wildcards', () => {
  for (const solver of [new WebrootSolver({ folder: '/nonexistent' }), new HttpListenerSolver()]) {
    assert.equal(solver.suits({ type: 'dns', value: 'a.test' }, true), false);
    assert.equal(solver.suits({ type: 'ip', value: '192.0.2.1' }, false), true);
  }
});

/** Revocation lists for client certificates, made by openssl, which also says what is right. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import type { EdgeSite } from '../../src/edge/snapshot.ts';
import { readRevocationLists } from '../../src/x509/revocation-list.ts';
import { ClientAuthority } from '../support/client-authority.ts';
import { temporaryFolder } from '../support/up.ts';
import { type Edge, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface World {
  folder: string;
  root: ClientAuthority;
  intermediate: ClientAuthority;
}

async function world(t: TestContext): Promise<World> {
  const folder = await temporaryFolder(t, 'revocation');
  const root = new ClientAuthority(folder, 'Root');
  return { folder, root, intermediate: new ClientAuthority(folder, 'Intermediate', root) };
}

/** OpenSSL's verdict on a client certificate. */
function opensslAdmits({ folder }: World, certificate: string, roots: string, lists: readonly string[]): boolean {
  const [rootFile, listFile] = [path.join(folder, 'oracle-roots.pem'), path.join(folder, 'oracle-lists.pem')];
  writeFileSync(rootFile, roots);
  writeFileSync(listFile, lists.join(''));
  const args = [
    'verify',
    '-crl_check_all',
    '-purpose',
    'sslclient',
    '-CAfile',
    rootFile,
    '-CRLfile',
    listFile,
    certificate,
  ];
  return spawnSync('openssl', args).status === 0;
}

const clients = (rootsPem: string, lists: string[], optional = false): Pick<EdgeSite, 'clientCertificates'> => ({
  clientCertificates: { rootsPem, optional, revocation: { files: ['/lists.pem'], lists } },
});

async function startSite(
  t: TestContext,
  more: Partial<EdgeSite>,
): Promise<{ edge: Edge; apply: (more: Partial<EdgeSite>) => Promise<void> }> {
  const app = await startRecorder(t);
  const siteWith = (given: Partial<EdgeSite>): EdgeSite => site(['closed.test'], [route(upstreamAt(app.port))], given);
  const edge = await startEdge(t, [siteWith(more)]);
  return { edge, apply: (given) => edge.apply({ sites: [siteWith(given)] }) };
}

interface Visit {
  status: string;
  reused: boolean;
  session: Buffer | undefined;
}

/** One request on a new connection. */
function visit({ httpsPort }: Edge, options: tls.ConnectionOptions): Promise<Visit> {
  return new Promise((resolve) => {
    let text = '';
    let session: Buffer | undefined;
    let reused = false;
    const socket = tls.connect(
      { port: httpsPort, host: '127.0.0.1', servername: 'closed.test', ca: rootPem, ...options },
      () => {
        reused = socket.isSessionReused();
        socket.write('GET / HTTP/1.1\r\nHost: closed.test\r\nConnection: close\r\n\r\n');
      },
    );
    socket.on('session', (given: Buffer) => (session = given));
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve({ status: text.slice(9, 12) || 'refused', reused, session }));
  });
}

test('admits and refuses as openssl verify does, with and without an intermediate authority', async (t) => {
  const made = await world(t);
  const { root, intermediate } = made;
  const [good, bad] = [root.issue('good'), root.issue('bad')];
  const [deep, deepBad] = [intermediate.issue('deep'), intermediate.issue('deep-bad')];
  root.revoke('bad');
  intermediate.revoke('deep-bad');
  const [ofRoot, ofIntermediate] = [root.list('root.crl'), intermediate.list('intermediate.crl')].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const expired = readFileSync(
    root.list('expired.crl', {
      lastUpdate: new Date(Date.now() - 2 * dayMs),
      nextUpdate: new Date(Date.now() - dayMs),
    }),
    'utf8',
  );
  const future = readFileSync(
    root.list('future.crl', { lastUpdate: new Date(Date.now() + dayMs), nextUpdate: new Date(Date.now() + 2 * dayMs) }),
    'utf8',
  );
  const both = root.pem + intermediate.pem;
  const cases: [what: string, client: { cert: string; key: string }, file: string, roots: string, lists: string[]][] = [
    ['good', good, root.certificateFile('good'), root.pem, [ofRoot!]],
    ['revoked', bad, root.certificateFile('bad'), root.pem, [ofRoot!]],
    ['expired list', good, root.certificateFile('good'), root.pem, [expired]],
    ['list of the future', good, root.certificateFile('good'), root.pem, [future]],
    ['an expired and a current list', good, root.certificateFile('good'), root.pem, [expired, ofRoot!]],
    ['below the intermediate', deep, intermediate.certificateFile('deep'), both, [ofRoot!, ofIntermediate!]],
    [
      'revoked below the intermediate',
      deepBad,
      intermediate.certificateFile('deep-bad'),
      both,
      [ofRoot!, ofIntermediate!],
    ],
    ['no list of the intermediate', deep, intermediate.certificateFile('deep'), both, [ofRoot!]],
    ['no list of the root', deep, intermediate.certificateFile('deep'), both, [ofIntermediate!]],
  ];
  for (const [what, client, file, roots, lists] of cases) {
    const expected = opensslAdmits(made, file, roots, lists) ? '200' : 'refused';
    for (const optional of [false, true]) {
      const { edge } = await startSite(t, clients(roots, lists, optional));
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
        assert.equal((await visit(edge, { ...client, maxVersion })).status, expected, `${what}, ${maxVersion}`);
    }
  }
  // Revoked itself, the intermediate takes its clients along.
  root.revoke('Intermediate');
  const after = readFileSync(root.list('after.crl'), 'utf8');
  const { edge } = await startSite(t, clients(both, [after, ofIntermediate!]));
  assert.equal((await visit(edge, deep)).status, 'refused');
});

test('a new list ends resumption and the open connections of a revoked client; others go on', async (t) => {
  const { root } = await world(t);
  const [good, bad] = [root.issue('good'), root.issue('bad')];
  const before = readFileSync(root.list('before.crl'), 'utf8');
  root.revoke('bad');
  const after = readFileSync(root.list('after.crl'), 'utf8');
  const { edge, apply } = await startSite(t, clients(root.pem, [before]));
  const first = await visit(edge, bad);
  assert.equal(first.status, '200');
  assert.ok((await visit(edge, { ...bad, session: first.session })).reused, 'resumes before');
  const open = async (client: tls.ConnectionOptions): Promise<http2.ClientHttp2Session> => {
    const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, {
      servername: 'closed.test',
      ca: rootPem,
      ...client,
    });
    session.on('error', () => {});
    await once(session, 'connect');
    return session;
  };
  const status = async (session: http2.ClientHttp2Session): Promise<number> => {
    const stream = session.request({ ':authority': 'closed.test' }).resume();
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
    return headers[':status'];
  };
  const [ofGood, ofBad] = [await open(good), await open(bad)];
  t.after(() => ofGood.destroy());
  assert.deepEqual([await status(ofGood), await status(ofBad)], [200, 200]);
  const closed = once(ofBad, 'close');
  await apply(clients(root.pem, [after]));
  await closed;
  assert.equal(await status(ofGood), 200, 'the same connection goes on');
  const again = await visit(edge, { ...bad, session: first.session });
  assert.deepEqual([again.status, again.reused], ['refused', false]);
  assert.equal((await visit(edge, good)).status, '200');
});

test('a list that the site did not have before ends the connections of those whom it revokes', async (t) => {
  const { root } = await world(t);
  const bad = root.issue('bad');
  root.revoke('bad');
  const { edge, apply } = await startSite(t, { clientCertificates: { rootsPem: root.pem, optional: false } });
  const socket = tls.connect({
    port: edge.httpsPort,
    host: '127.0.0.1',
    servername: 'closed.test',
    ca: rootPem,
    ...bad,
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  socket.write('GET / HTTP/1.1\r\nHost: closed.test\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await apply(clients(root.pem, [readFileSync(root.list('first.crl'), 'utf8')]));
  await closed;
});

test('reads lists as openssl does: PEM and DER, many entries, times', async (t) => {
  const { root } = await world(t);
  for (let at = 0; at < 3; at += 1) {
    root.issue(`client-${at}`);
    root.revoke(`client-${at}`);
  }
  const nextUpdate = new Date('2031-02-03T04:05:06Z');
  const file = root.list('many.crl', { nextUpdate });
  const der = path.join(root.folder, 'many.der');
  spawnSync('openssl', ['crl', '-in', file, '-outform', 'der', '-out', der]);
  const shown = spawnSync('openssl', ['crl', '-in', file, '-noout', '-text']).stdout.toString();
  const serials = [...shown.matchAll(/Serial Number: ([\dA-F]+)/g)].map(([, serial]) => serial!.toLowerCase());
  assert.equal(serials.length, 3);
  for (const bytes of [readFileSync(file), readFileSync(der)]) {
    const [list] = readRevocationLists(bytes);
    assert.deepEqual(new Set(list!.serials), new Set(serials));
    assert.deepEqual([list!.issuer.text, list!.nextUpdateMs, list!.isDelta], ['CN=Root', nextUpdate.getTime(), false]);
  }
  assert.deepEqual(readRevocationLists(Buffer.from(root.pem)), []);
});

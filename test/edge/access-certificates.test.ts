import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfiguration } from '../../src/config/load.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import type { EdgeRoute, EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { choices } from '../config/choices.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';
import { connectRaw, type Edge, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

interface Client {
  cert: string;
  key: string;
}

/** A root, and client certificates with these subjects, as OpenSSL writes them. */
async function makeClients(t: TestContext, subjects: string[]): Promise<{ root: string; clients: Client[] }> {
  const folder = await temporaryFolder(t, 'clients');
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-utf8'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/CN=root',
    '-keyout',
    file('root.key'),
    '-out',
    file('root.pem'),
  );
  const clients = subjects.map((subject, index) => {
    openssl('req', ...newKey, '-subj', subject, '-keyout', file(`${index}.key`), '-out', file(`${index}.csr`));
    const signing = ['-CA', file('root.pem'), '-CAkey', file('root.key'), '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', file(`${index}.csr`), ...signing, '-out', file(`${index}.pem`));
    return { cert: readFileSync(file(`${index}.pem`), 'utf8'), key: readFileSync(file(`${index}.key`), 'utf8') };
  });
  return { root: readFileSync(file('root.pem'), 'utf8'), clients };
}

const fingerprintOf = ({ cert }: Client): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();

async function ask(t: TestContext, edge: Edge, client: Client | undefined, fields: string[] = []): Promise<string> {
  const raw = await connectRaw(t, edge.httpsPort, client ?? {});
  raw.socket.write(['GET / HTTP/1.1', 'Host: chat.test', 'Connection: close', ...fields, '', ''].join('\r\n'));
  return (await raw.closed).text.slice(9, 12);
}

test(
  'client certificates admit, by subject or fingerprint, and the app learns whose',
  { skip: without('openssl') },
  async (t) => {
    const { root, clients } = await makeClients(t, [
      '/O=Exämple/CN=lap\ntop, X-Forwarded-User: root',
      '/O=Example/CN=phone',
      '/O=Other/CN=phone',
    ]);
    const [odd, phone, other] = clients as [Client, Client, Client];
    const app = await startRecorder(t);
    const start = (
      certificates: NonNullable<EdgeRoute['access']>['clientCertificates'],
      more: Partial<EdgeSnapshot> = {},
    ) => {
      const access = { clientCertificates: certificates };
      const sites = [
        site(['chat.test'], [route(upstreamAt(app.port), { access })], {
          clientCertificates: { rootsPem: root, optional: true },
        }),
      ];
      return startEdge(t, sites, more);
    };
    const seen = (): Record<string, string> =>
      Object.fromEntries(
        readRequests(app.received())
          .whole.at(-1)!
          .fields.filter(([name]) => /cert|ssl|user/.test(name)),
      );
    const all = await start(true);
    const forged = [
      'X-SSL-Client-S-DN: CN=root',
      'X_SSL_Client_SHA256: 00',
      'X-Forwarded-User: root',
      'Client-Cert: :AA==:',
    ];
    assert.equal(await ask(t, all, undefined, forged), '401');
    assert.equal(await ask(t, all, odd, forged), '200');
    // A browser adds the certificate to requests of any website's pages.
    assert.equal(await ask(t, all, odd, ['Origin: https://evil.test', 'Sec-Fetch-Site: cross-site']), '403');
    const subject = Buffer.from('CN=lap\\0atop\\, X-Forwarded-User: root,O=Exämple').toString('latin1');
    assert.deepEqual(seen(), {
      'client-cert': `:${new X509Certificate(odd.cert).raw.toString('base64')}:`,
      'x-ssl-client-s-dn': subject,
      'x-ssl-client-sha256': fingerprintOf(odd),
      'x-forwarded-user': subject,
    });

    const some = await start({ subjects: ['CN=phone,O=Example'], fingerprints: [fingerprintOf(odd)] });
    assert.equal(await ask(t, some, phone), '200');
    assert.equal(some.log.at(-1)!.user, 'certificate CN=phone,O=Example');
    assert.equal(await ask(t, some, odd), '200');
    const entry = some.nextEntry();
    assert.equal(await ask(t, some, other), '401');
    assert.equal((await entry).error, 'edge.access-certificate');
    assert.equal((await entry).detail, 'CN=phone,O=Other');

    // The certificate of a trusted proxy admits none of its visitors.
    const proxied = await start(true, { trustedProxies: ['127.0.0.0/8'] });
    assert.equal(await ask(t, proxied, phone, ['X-Forwarded-For: 203.0.113.7']), '401');
  },
);

test('access by client certificates needs a site that asks for them', async () => {
  const load = (text: string) => loadConfiguration('/etc/everyhop.yaml', { choices, readText: async () => text });
  const mistakes = async (text: string): Promise<string[]> => {
    const error: unknown = await load(text).then(
      () => assert.fail('accepted'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(({ code }) => code.replace('config.', '')).filter((code) => !code.startsWith('root-'));
  };
  const access = (value: string, more = ''): string =>
    `sites:\n  - host: a.test\n    upstream: 1\n    access: { client_certificates: ${value} }\n${more}`;
  const clients = '    client_certificates: { root: clients.pem, optional: true }\n';
  assert.deepEqual(await mistakes(access('true')), ['access-without-certificates']);
  for (const [value, expected] of [
    ['false', 'bad-access-certificates'],
    ['{}', 'bad-access-certificates'],
    ['{ subjects: [laptop] }', 'bad-subject'],
    ['{ subjects: ["/CN=laptop"] }', 'bad-subject'],
    ['{ fingerprints: ["12:34"] }', 'bad-fingerprint'],
  ] as const)
    assert.deepEqual(await mistakes(access(value, clients)), [expected], value);
  const pairs = `AB:${'00:'.repeat(31)}`.slice(0, -1);
  const { sites } = await load(access(`{ subjects: ["CN=a, O=b"], fingerprints: ["${pairs}"] }`, clients));
  const expected = { subjects: ['CN=a,O=b'], fingerprints: [`ab${'00'.repeat(31)}`] };
  assert.deepEqual(sites[0]!.routes[0]!.access!.clientCertificates, expected);
});

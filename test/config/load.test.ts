import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { readText } from '../../src/base/files.ts';
import { baseError } from '../../src/base/messages.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import { requireFiles } from '../../src/config/build.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { TestAuthority } from '../certificates/test-issuer.ts';
import { choices } from './choices.ts';
import { cpuMs } from '../support/cpu.ts';

let folder: string;
const site = 'sites:\n  - host: chat.test\n    upstream: 7861\n';

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-config-'));
  const { rootPem } = await TestAuthority.create();
  await writeFile(path.join(folder, 'root.pem'), `a comment\r\n${rootPem}`);
  await writeFile(path.join(folder, 'two.pem'), `${rootPem}${rootPem.slice(0, 200)}\n-----END CERTIFICATE-----\n`);
  await writeFile(
    path.join(folder, 'key.pem'),
    `${rootPem}-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n`,
  );
  await writeFile(path.join(folder, 'mac.txt'), 'c2VjcmV0');
  await writeFile(path.join(folder, 'der.pem'), Buffer.from([0x30, 0x82]));
});
after(() => rm(folder, { recursive: true, force: true }));

function load(text: string): Promise<Configuration> {
  const file = path.join(folder, 'everyhop.yaml');
  return loadConfiguration(file, {
    choices,
    readText: async (name, limit) => (name === file ? text : readText(name, limit)),
  });
}

/** The mistakes, as `code@line:column`. */
async function mistakes(text: string): Promise<string[]> {
  const loading = load(text).then((configuration) => requireFiles(configuration, configuration.file!));
  const error = await loading.then(
    () => assert.fail('accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, String(error));
  assert.equal(error.code, 'config.invalid');
  for (const problem of error.problems) {
    assert.equal(problem.place?.file, path.join(folder, 'everyhop.yaml'));
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint } = problem.report(language);
      assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{\w+\}|undefined/, problem.code);
    }
  }
  return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`);
}

test('loads a full file, with defaults and in canonical form', async () => {
  const configuration = await load(`
https_port: 8443
http_port: false
listen: [127.0.0.1, "::1", "[0:0::1]", "::ffff:10.0.0.1"]
trusted_proxies: [10.0.0.0/8, 192.0.2.1, "FD00::/8"]
workers: 2
connections_per_client: 9
drain_seconds: 0
email: ops@example.com
challenge: tls-alpn-01
profile: tlsserver
key_type: rsa2048
reuse_key: true
dns: rfc2136
dns_resolvers: [192.0.2.53]
authority: { permit: [Qdrant., '*.Apps.example.com', 203.0.113.7, 198.51.100.0/24] }
trust: { roots: [root.pem], distrust: [ab], public: mozilla }
authorities:
  office: { directory: https://ca.internal/acme/directory, root: root.pem, preferred_chain: Office Root, key_id: k1, mac_key_file: mac.txt }
sites:
  - host: [Chat.Test., "bücher.example", "*.Apps.example.com", "[2001:DB8::1]"]
    routes:
      - path: /
        upstream: localhost:7861
      - path: /v1/
        upstream: https://model.internal/base/
        upstream_root: ./root.pem
        strip_path: true
    certificate: [office, letsencrypt]
    min_tls: 1.3
    client_certificates: { root: root.pem }
    hsts: off
    upgrade_insecure_requests: true
    block: [/api/proxy, /ä]
    allow: [/api/proxy/ö/]
  - host: other.test
    upstream: http://0.0.0.0:3000
    certificate: { chain: chain.pem, key: /etc/key.pem }
`);
  assert.deepEqual(configuration, {
    file: path.join(folder, 'everyhop.yaml'),
    fileProblems: [],
    httpsPort: 8443,
    httpPort: false,
    listen: ['127.0.0.1', '::1', '::1', '10.0.0.1'],
    trustedProxies: ['10.0.0.0/8', '192.0.2.1/32', 'fd00::/8'],
    workers: 2,
    connectionsPerClient: 9,
    drainSeconds: 0,
    email: 'ops@example.com',
    challenge: 'tls-alpn-01',
    profile: 'tlsserver',
    keyType: 'rsa2048',
    reusesKey: true,
    dns: 'rfc2136',
    dnsResolvers: ['192.0.2.53'],
    authorities: {
      office: {
        directoryUrl: 'https://ca.internal/acme/directory',
        rootFile: path.join(folder, 'root.pem'),
        profile: undefined,
        preferredChain: 'Office Root',
        binding: { keyId: 'k1', macKeyFile: path.join(folder, 'mac.txt') },
      },
    },
    permit: ['qdrant', '*.apps.example.com', '203.0.113.7', '198.51.100.0/24'],
    trust: { rootFiles: [path.join(folder, 'root.pem')], publicSet: 'mozilla', distrust: ['ab'], pins: [] },
    sites: [
      {
        hosts: ['chat.test', 'xn--bcher-kva.example', '*.apps.example.com', '2001:db8::1'],
        routes: [
          {
            path: '/',
            upstreams: [{ protocol: 'http', host: 'localhost', port: 7861, basePath: '', rootFile: undefined }],
            stripPath: false,
          },
          {
            path: '/v1',
            upstreams: [
              {
                protocol: 'https',
                host: 'model.internal',
                port: 443,
                basePath: '/base',
                rootFile: path.join(folder, 'root.pem'),
              },
            ],
            stripPath: true,
          },
        ],
        certificate: ['office', 'letsencrypt'],
        certificateFiles: undefined,
        minTls: '1.3',
        clientCertificates: { rootFile: path.join(folder, 'root.pem'), optional: false },
        hsts: 'off',
        upgradeInsecureRequests: true,
        block: ['/api/proxy', '/%C3%A4'],
        allow: ['/api/proxy/%C3%B6'],
      },
      {
        hosts: ['other.test'],
        routes: [
          {
            path: '/',
            upstreams: [{ protocol: 'http', host: '127.0.0.1', port: 3000, basePath: '', rootFile: undefined }],
            stripPath: false,
          },
        ],
        certificate: undefined,
        certificateFiles: {
          chainFile: path.join(folder, 'chain.pem'),
          keyFile: '/etc/key.pem',
          place: { file: path.join(folder, 'everyhop.yaml'), line: 38, column: 18 },
        },
        minTls: '1.2',
        clientCertificates: undefined,
        hsts: 'auto',
        upgradeInsecureRequests: false,
        block: [],
        allow: [],
      },
    ],
  });
});

test('reports all mistakes of a file with their places, in file order', async () => {
  assert.deepEqual(
    await mistakes(`https_port: 443
http_port: 443
listen: [127.0.0.1, foo]
trusted_proxies: [10.0.0.5/8, 10.0.0.0/33]
workerz: 2
drain_seconds: -3
sites:
  - host: [chat.test, CHAT.test., "*.foo", 5]
    upstream: http://user:pass@127.0.0.1:7861
    routes:
      - path: /v1
        upstream: ftp://x
        strip_path: yes
      - path: /v1/
        upstream: http://x?y
    min_tls: 1.4
    hsts: automatic
    block: [/api/*]
    path: /x
  - hots: a.test
    upstream: 7861
`),
    [
      'same-ports@2:12',
      'bad-address@3:21',
      'cidr-host-bits@4:19',
      'bad-cidr@4:31',
      'mistyped-key@5:1',
      'bad-drain@6:16',
      'duplicate-host@8:23',
      'bad-wildcard@8:35',
      'not-text@8:44',
      'upstream-credentials@9:15',
      'upstream-and-routes@9:15',
      'upstream-scheme@12:19',
      'not-a-flag@13:21',
      'duplicate-path@14:15',
      'upstream-suffix@15:19',
      'bad-choice@16:14',
      'bad-choice@17:11',
      'path-pattern@18:13',
      'misplaced-key@19:5',
      'mistyped-key@20:5',
    ],
  );
});

const cases: [name: string, text: string, expected: string[]][] = [
  ['an empty file', '', ['empty@1:1']],
  ['only comments', '# nothing\n', ['empty@1:1']],
  ['a list at the top', '- sites\n', ['not-a-mapping@1:1']],
  ['a text at the top', 'sites\n', ['not-a-mapping@1:1']],
  ['no sites', 'workers: 1\n', ['missing-key@1:1']],
  ['sites without value', 'sites:\n', ['no-value@1:7']],
  ['an empty list of sites', 'sites: []\n', ['empty-list@1:8']],
  ['sites as a mapping', 'sites: { host: a.test }\n', ['not-a-list@1:8']],
  ['a site that is a text', 'sites: [a.test]\n', ['not-a-mapping@1:9']],
  ['a site without upstream', 'sites:\n  - host: a.test\n', ['no-upstream@2:5']],
  ['a mistyped upstream', 'sites:\n  - host: a.test\n    upstraem: 7861\n', ['mistyped-key@3:5']],
  ['a site without host', 'sites:\n  - upstream: 1\n', ['missing-key@2:5']],
  ['an empty list of hosts', 'sites:\n  - host: []\n    upstream: 1\n', ['empty-list@2:11']],
  ['a host that is a mapping', 'sites:\n  - host: { a: b }\n    upstream: 1\n', ['bad-host@2:11']],
  ['a tab', 'sites:\n\t- host: a.test\n', ['tab@2:1']],
  ['an open bracket', 'sites: [\n', ['syntax@2:1']],
  ['two documents', `${site}---\n${site}`, ['syntax@4:1']],
  ['a duplicate key', `workers: 1\nworkers: 2\n${site}`, ['duplicate-key@2:1']],
  ['a duplicate key and another mistake', `workers: 1\nworkers: x\n${site}`, ['bad-workers@1:10', 'duplicate-key@2:1']],
  ['an unknown key', `colour: blue\n${site}`, ['unknown-key@1:1']],
  ['another style of key', `httpsPort: 1\n${site}`, ['mistyped-key@1:1']],
  ['a key of a site at the top', `upstream: 7861\n${site}`, ['misplaced-key@1:1']],
  ['an unknown authority', `${site}    certificate: letsencypt\n`, ['unknown-authority@4:18']],
  ['an authority over http', `authorities: { a: { directory: 'http://ca.test' } }\n${site}`, ['bad-directory@1:32']],
  [
    'half a binding',
    `authorities: { a: { directory: 'https://ca.test', key_id: k } }\n${site}`,
    ['half-a-binding@1:59'],
  ],
  ['an invalid email address', `email: ops\n${site}`, ['bad-email@1:8']],
  ['port 0', `https_port: 0\n${site}`, ['bad-port@1:13']],
  ['port 65536', `https_port: 65536\n${site}`, ['bad-port@1:13']],
  ['a port as a text', `https_port: "443"\n${site}`, ['bad-port@1:13']],
  ['a fraction of a port', `http_port: 80.5\n${site}`, ['bad-port-or-false@1:12']],
  ['true as a port', `http_port: true\n${site}`, ['bad-port-or-false@1:12']],
  ['an alias without anchor', 'sites: *nowhere\n', ['too-many-aliases@1:1']],
  ['a missing root', `${site}    client_certificates: { root: none.pem }\n`, ['file.missing@4:34']],
  ['a root that is not PEM', `${site}    client_certificates: { root: der.pem }\n`, ['root-has-no-certificate@4:34']],
  ['a broken root', `${site}    client_certificates: { root: two.pem }\n`, ['root-is-broken@4:34']],
  ['a root with its key', `${site}    client_certificates: { root: key.pem }\n`, ['root-holds-key@4:34']],
  ['a root for plain http', `${site}    upstream_root: root.pem\n`, ['root-without-https@4:20']],
  ['a duplicate host in two sites', `${site}  - host: CHAT.test\n    upstream: 1\n`, ['duplicate-host@4:11']],
];
for (const [name, text, expected] of cases) {
  test(`rejects ${name}`, async () => assert.deepEqual(await mistakes(text), expected));
}

test('proxy_protocol needs the addresses of the proxies', async () => {
  assert.deepEqual(await mistakes(`proxy_protocol: true\n${site}`), ['proxy-protocol-of-none@1:17']);
  assert.deepEqual(await mistakes(`proxy_protocol: v2\ntrusted_proxies: [10.0.0.5]\n${site}`), ['not-a-flag@1:17']);
  const { proxyProtocol } = await load(`proxy_protocol: true\ntrusted_proxies: [10.0.0.5]\n${site}`);
  assert.equal(proxyProtocol, true);
});

test('rejects an alias bomb quickly', async () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  );
  const startedMs = cpuMs();
  assert.deepEqual(await mistakes(`${levels.join('\n')}\n${site}`), ['too-many-aliases@1:1']);
  assert.ok(cpuMs() - startedMs < 5000);
});

for (const [name, text] of [
  ['brackets', '['.repeat(20_000)],
  ['dashes', '- '.repeat(20_000)],
  ['indentation', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
] as const) {
  test(`reports thousands of levels of ${name} as one mistake`, async () => {
    const [found, ...others] = await mistakes(text);
    assert.match(found!, /^too-deep@/);
    assert.deepEqual(others, []);
  });
}

test('follows an alias and reports a mistake in it at its anchor', async () => {
  const both = (path: string): string =>
    `sites:\n  - host: a.test\n    routes: &routes [{ path: ${path}, upstream: 1 }]\n  - host: b.test\n    routes: *routes\n`;
  assert.equal((await load(both('/x'))).sites[1]!.routes[0]!.path, '/x');
  assert.deepEqual(await mistakes(both('x')), ['bad-path@3:30']);
});

test('rejects a file of more than a megabyte', async () => {
  const file = path.join(folder, 'large.yaml');
  await writeFile(file, `# ${'x'.repeat(1024 * 1024)}\n${site}`);
  await assert.rejects(loadConfiguration(file, { choices, readText }), (error) =>
    baseError.is(error, 'file.too-large'),
  );
});

test('rejects an unknown DNS provider with its place and the valid choices', async () => {
  const error = await load(`${site}email: a@b.test\ndns: rfc2163\n`).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigurationError);
  const [problem] = error.problems;
  assert.deepEqual([problem?.code, problem?.place?.line, problem?.place?.column], ['config.mistyped-choice', 5, 6]);
  assert.match(problem!.report('en').cause, /exec, rfc2136/);
  assert.equal(problem!.report('en').hint, 'Write dns: rfc2136');
});

test('accepts BOM and CRLF, with correct places', async () => {
  assert.equal((await load(`\uFEFF${site.replaceAll('\n', '\r\n')}`)).sites[0]!.hosts[0], 'chat.test');
  assert.deepEqual(await mistakes(`${site.replaceAll('\n', '\r\n')}    hsts: x\r\n`), ['bad-choice@4:11']);
});

test('does not repeat a password from an upstream', async () => {
  const error = await load('sites: [{ host: a.test, upstream: "http://me:hunter2@x:1" }]').catch((thrown) => thrown);
  assert.ok(error instanceof ConfigurationError);
  assert.doesNotMatch(JSON.stringify([error.report('en'), error.report('zh'), error.problems]), /hunter2/);
});

test('any bytes yield a configuration or a list of mistakes with places', async () => {
  const words = [
    'sites',
    'host',
    'upstream',
    ':',
    '-',
    ' ',
    '\n',
    '\n  ',
    '&a',
    '*a',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    '#',
    '1',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      try {
        await load(content);
      } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        assert.ok(error.problems.length > 0 && error.problems.every(({ place }) => (place?.line ?? 0) >= 1));
      }
    }),
    { numRuns: 500 },
  );
});

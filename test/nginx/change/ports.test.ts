/** One name on several ports, and listeners that are not TCP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secureChange } from '../../../src/nginx/change/draft.ts';
import { changeError } from '../../../src/nginx/change/messages.ts';
import { planSite, type Plan, type PlanRequest } from '../../../src/nginx/change/plan.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
import { targetsOf } from '../../../src/nginx/proof/target.ts';
import { newerNginx } from '../../support/newer-nginx.ts';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { conf, plainMain, type SampleEnvironment } from '../corpus/sample.ts';
import { begin, succeeded } from '../corpus/trial.ts';
import { ask, handshake } from '../corpus/visitor.ts';
import { configured, folder, nginxOf } from './configured.ts';

const request: PlanRequest = {
  names: ['chat.test'],
  tlsPort: 443,
  certificate: { fullchain: '/live/fullchain.pem', privkey: '/live/privkey.pem' },
  app: undefined,
  hstsSeconds: 3600,
  proof: { token: 'token', generation: 'generation' },
  challenges: false,
};

interface Outcome {
  /** Added listeners by position of the block. */
  added: Record<number, string[]>;
  redirects: Record<number, number>;
  /** Places of blocks that stay plain. */
  left: (number | undefined)[];
}

async function outcome(http: string, own: Partial<PlanRequest> = {}, version = '1.22.1'): Promise<Outcome> {
  const configuration = await configured({ 'nginx.conf': `events {}\nhttp {\n${http}\n}\n` });
  const plan: Plan = planSite(configuration, serversOf(configuration), { ...request, ...own }, await nginxOf(version));
  const listens = plan.touched.map((index, at) => {
    const text = plan.managed.get(`${folder}/everyhop/chat.test/server-${at + 1}.conf`)!;
    return [index, Array.from(text.matchAll(/^listen (\S+)/gm), ([, what]) => what!)] as const;
  });
  return {
    added: Object.fromEntries(listens.filter(([, all]) => all.length > 0)),
    redirects: Object.fromEntries(plan.redirects),
    left: plan.findings.filter(({ code }) => code === 'nginx.port-left').map(({ place }) => place?.line),
  };
}

const block = (listen: string, content: string, name = 'chat.test'): string =>
  `server { ${listen} server_name ${name}; location / { ${content} } }\n`;
const own = 'ssl_certificate a; ssl_certificate_key b;';

test('redirects only ports whose content HTTPS serves', async () => {
  const [page, api] = ['root /srv/page;', 'proxy_pass http://127.0.0.1:8000;'];
  const cases: [title: string, http: string, expected: Outcome][] = [
    [
      'two apps on two ports',
      block('listen 8080;', page) + block('listen 8000;', api),
      { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [4] },
    ],
    [
      'port 80 gets HTTPS, whatever the order',
      block('listen 8000;', api) + block('listen 80;', page),
      { added: { 1: ['443'] }, redirects: { 1: 443 }, left: [3] },
    ],
    [
      'the same content on two ports',
      block('listen 80;', page) + block('listen 8080;', page),
      { added: { 0: ['443'] }, redirects: { 0: 443, 1: 443 }, left: [] },
    ],
    [
      'a block that only leads to HTTPS',
      block('listen 80;', 'return 301 https://$host$request_uri;') + block('listen 8080;', page),
      { added: { 1: ['443'] }, redirects: { 0: 443, 1: 443 }, left: [] },
    ],
    [
      "certbot's block on port 80",
      `server { if ($host = chat.test) { return 301 https://$host$request_uri; } listen 80; server_name chat.test; return 404; }
${block(`listen 443 ssl; ${own}`, page)}`,
      { added: {}, redirects: { 0: 443 }, left: [] },
    ],
    [
      'plain HTTP and TLS with different content',
      block('listen 80;', page) + block(`listen 443 ssl; ${own}`, api),
      { added: {}, redirects: {}, left: [3] },
    ],
    [
      'another app with TLS on a port of its own',
      block('listen 80;', page) + block(`listen 8443 ssl; ${own}`, api),
      { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [] },
    ],
    [
      'a second app with TLS of its own keeps its port',
      block('listen 80;', page) + block(`listen 8000; listen 8443 ssl; ${own}`, api),
      { added: { 0: ['443'] }, redirects: { 0: 443, 1: 8443 }, left: [] },
    ],
    [
      'a location that only the plain block has',
      block('listen 80;', page) +
        `server { listen 8080; server_name chat.test; location / { ${page} } location /api { ${api} } }`,
      { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [4] },
    ],
    [
      'two addresses',
      block('listen 192.0.2.1:80;', page) + block('listen 192.0.2.2:80;', api),
      { added: { 0: ['192.0.2.1:443'], 1: ['192.0.2.2:443'] }, redirects: { 0: 443, 1: 443 }, left: [] },
    ],
    [
      'one address among all',
      block('listen 80;', page) + block('listen 192.0.2.2:80;', api),
      { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [4] },
    ],
  ];
  for (const [title, http, expected] of cases) assert.deepEqual(await outcome(http), expected, title);
  const names = { names: ['chat.test', 'api.test'] };
  assert.deepEqual(
    await outcome(block('listen 80;', page) + block('listen 8000;', api, 'api.test'), names),
    { added: { 0: ['443'], 1: ['443'] }, redirects: { 0: 443, 1: 443 }, left: [] },
    'two names on two ports share the TLS port',
  );
});

test('HTTP/3 does not count as a TLS listener', async () => {
  const page = 'root /srv/page;';
  for (const [http, expected] of [
    [block(`listen 80; listen 443 quic; ${own}`, page), { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [] }],
    [
      block('listen 80;', page) + block(`listen 443 quic; ${own}`, page),
      { added: { 0: ['443'] }, redirects: { 0: 443 }, left: [] },
    ],
    [
      block('listen 80;', page) + block(`listen 443 quic; ${own}`, page) + block(`listen 443 ssl; ${own}`, page),
      { added: {}, redirects: { 0: 443 }, left: [] },
    ],
  ] as const) {
    assert.deepEqual(await outcome(http, {}, '1.26.0'), expected, http);
  }
  await assert.rejects(outcome(block(`listen 443 quic; ${own}`, page), {}, '1.26.0'), (error) =>
    changeError.is(error, 'nginx.no-tcp-listener'),
  );
});

test('without an https request for each name, a change is refused', async () => {
  const text = `events {}\nhttp { ${block(`listen 80; listen 443 ssl; ${own}`, 'root /srv;', 'chat.test www.test')} }\n`;
  const configuration = await configured({ 'nginx.conf': text });
  const servers = serversOf(configuration);
  const both = { ...request, names: ['chat.test', 'www.test'] };
  const plan = planSite(configuration, servers, both, await nginxOf('1.22.1'));
  const change = secureChange(
    'secure',
    { plan, request: both, record: undefined!, files: [], wasSecured: false },
    '0a',
  );
  const { targets } = targetsOf(servers, both.names);
  assert.equal(change.expectations(servers, targets).filter(({ kind }) => kind === 'certificate').length, 2);
  const missing = targets.filter(({ secure, name }) => !secure || name !== 'www.test');
  assert.throws(
    () => change.expectations(servers, missing),
    (error) => changeError.is(error, 'nginx.name-uncovered') && error.params.name === 'www.test',
  );
});

test('a name that only the plain block has is not lost behind the redirect of another one', async () => {
  const text = `events {}\nhttp {\n${block('listen 80;', 'return 301 https://chat.test$request_uri;', 'chat.test www.test')}${block(`listen 443 ssl; ${own}`, 'root /srv;')}}\n`;
  const configuration = await configured({ 'nginx.conf': text });
  const both = { ...request, names: ['chat.test', 'www.test'] };
  const servers = serversOf(configuration);
  const plan = planSite(configuration, servers, both, await nginxOf('1.22.1'));
  const change = secureChange(
    'secure',
    { plan, request: both, record: undefined!, files: [], wasSecured: false },
    '0a',
  );
  assert.throws(
    () => change.expectations(servers, targetsOf(servers, both.names).targets),
    (error) =>
      changeError.is(error, 'nginx.name-uncovered') &&
      error.params.name === 'www.test' &&
      error.params.other === `${folder}/nginx.conf:4`,
  );
});

test(
  'a second app of the same name on another port stays as it was',
  { skip: without('nginx', 'openssl'), timeout: 120_000 },
  async (t) => {
    mends(t, 'nginx/02-one-name-two-ports');
    const name = 'box.home.arpa';
    const app = await startApp(t);
    const tree = (at: SampleEnvironment): Record<string, string> => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`server { listen ${at.http}; server_name ${name}; location / { return 200 "page"; } }
server { listen ${at.second}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`,
      ),
    });
    const trial = await begin(t, { title: '', names: [name], tree }, app, inProcess);
    const { at } = trial;
    const before = await snapshot(at.root);
    const secured = await trial.everyhop('secure', name, '--yes', '--tls-port', String(at.tls));
    succeeded(secured);
    assert.match(secured.stdout, new RegExp(`^✓ http://${name}:${at.second}/ .*: 200, as before, without HTTPS$`, 'm'));
    assert.match(secured.stderr, new RegExp(`Port ${at.second} of ${name} stays on plain HTTP`));
    assert.match((await ask({ port: at.second, name, path: '/v1/models' })).body, /"url":"\/v1\/models"/);
    assert.equal((await ask({ port: at.http, name })).status, 308);
    assert.equal((await ask({ port: at.tls, name, isTls: true })).body, 'page');
    assert.ok((await handshake({ port: at.tls, name })).serial);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.deepEqual(await snapshot(at.root), before);
  },
);

test(
  'a block with HTTP/3 alone gets TLS over TCP',
  { skip: without('nginx126', 'openssl'), timeout: 120_000 },
  async (t) => {
    mends(t, 'nginx/06-quic-only-block-is-proven');
    const name = 'quic.home.arpa';
    const tree = (at: SampleEnvironment): Record<string, string> => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`server { listen ${at.http}; listen ${at.tls} quic; server_name ${name}; ssl_certificate ${at.root}/own.pem; ssl_certificate_key ${at.root}/own.key; location / { return 200 "page"; } }
`,
      ),
      'own.pem': at.snakeoil.certificate,
      'own.key': at.snakeoil.key,
    });
    const trial = await begin(t, { title: '', names: [name], tree }, 0, inProcess, { nginx: newerNginx('trixie') });
    const { at } = trial;
    const secured = await trial.everyhop('secure', name, '--yes', '--tls-port', String(at.tls));
    succeeded(secured);
    assert.match(secured.stdout, new RegExp(`^✓ https://${name}:${at.tls}/ `, 'm'));
    assert.equal((await ask({ port: at.tls, name, isTls: true })).body, 'page');
    succeeded(await trial.everyhop('undo', name, '--yes'));
    // Without any TCP listener, nothing could be proven.
    const only = (one: typeof at): Record<string, string> => ({
      ...tree(one),
      'etc/nginx/nginx.conf': tree(one)['etc/nginx/nginx.conf']!.replace(`listen ${one.http}; `, ''),
    });
    const other = await begin(t, { title: '', names: [name], tree: only }, 0, inProcess, {
      nginx: newerNginx('trixie'),
    });
    const refused = await other.everyhop('secure', name, '--yes', '--tls-port', String(other.at.tls));
    assert.match(refused.stderr, /^nginx\.no-tcp-listener: /m);
  },
);

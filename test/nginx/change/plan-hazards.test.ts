/** Plans that would harm other sites, or that nginx accepts although they do not work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyApp } from '../../../src/apps/profiles.ts';
import { changeError } from '../../../src/nginx/change/messages.ts';
import { planSite, type PlanRequest } from '../../../src/nginx/change/plan.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
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

async function managed(
  http: string,
  own: Partial<PlanRequest> = {},
  version = '1.22.1',
  files: Readonly<Record<string, string>> = {},
): Promise<(name: string) => string> {
  const configuration = await configured({ ...files, 'nginx.conf': `events {}\nhttp {\n${http}\n}\n` });
  const plan = planSite(configuration, serversOf(configuration), { ...request, ...own }, await nginxOf(version));
  return (name) => plan.managed.get(`${folder}/everyhop/chat.test/${name}`) ?? '';
}

const certificate = 'ssl_certificate a; ssl_certificate_key b;';
const listensOf = (include: string): string[] => Array.from(include.matchAll(/^listen (.*);$/gm), ([, what]) => what!);

test('adds no listener that takes an address away from blocks on all addresses', async () => {
  const site = (listen: string): string => `server { listen ${listen}; server_name chat.test; }`;
  const other = (listen: string): string => `server { listen ${listen}; server_name other.test; ${certificate} }`;
  for (const [listen, everywhere] of [
    ['127.0.0.1:80', '443 ssl'],
    ['192.0.2.1:80', '443 ssl default_server'],
    ['[::1]:80', '[::]:443 ssl'],
    ['192.0.2.1:80', '[::]:443 ssl ipv6only=off'],
  ] as const) {
    await assert.rejects(
      managed(site(listen) + other(everywhere)),
      (error) => changeError.is(error, 'nginx.address-shadowed'),
      listen,
    );
  }
  for (const [listen, beside, expected] of [
    ['127.0.0.1:80', '127.0.0.1:443 ssl', '127.0.0.1:443 ssl'],
    ['127.0.0.1:80', '[::]:443 ssl', '127.0.0.1:443 ssl http2'],
    ['[::1]:80', '443 ssl', '[::1]:443 ssl http2'],
    // The system would not allow a separate 0.0.0.0:443.
    ['80', '[::]:443 ssl ipv6only=off', '[::]:443 ssl'],
  ] as const) {
    const file = await managed(site(listen) + other(beside));
    assert.deepEqual(listensOf(file('server-1.conf')), [expected], `${listen} beside ${beside}`);
  }
});

test('rejects a block that HTTPS visitors cannot reach', async () => {
  const site = (listen: string): string => `server { listen ${listen}; server_name chat.test; }`;
  await assert.rejects(managed(site('unix:/run/a.sock')), (error) => changeError.is(error, 'nginx.no-tcp-listener'));
  await assert.rejects(managed(site('80 http2')), (error) => changeError.is(error, 'nginx.plain-http2'));
  const besides = 'server { listen 80 http2; server_name other.test; }';
  await assert.rejects(managed(site('80') + besides), (error) => changeError.is(error, 'nginx.plain-http2'));
  // This version accepts HTTP/1.1 on the same listener.
  await managed(site('80 http2'), {}, '1.26.0');
});

test('adds a challenge location only if an authority uses challenges', async () => {
  const site = 'server { listen 80; server_name chat.test; }';
  assert.doesNotMatch((await managed(site))('server-1.conf'), /location \^~/);
  assert.match((await managed(site, { challenges: true }))('server-1.conf'), /location \^~ \/\.well-known\/acme/);
});

test('completes the headers that a location inherits from an outer location', async () => {
  const file = await managed(
    `server { listen 80; server_name chat.test;
      location / { proxy_set_header Host $host; location /api { proxy_pass http://127.0.0.1:1; } location /b { proxy_pass http://127.0.0.1:2; } } }`,
  );
  assert.equal(file('location-1.conf').match(/^proxy_set_header X-Forwarded-Proto \$everyhop_proto;$/gm)?.length, 1);
  assert.equal(file('location-2.conf'), '');
});

test('forwards upgrades to WebSocket only, not to h2c', async () => {
  const file = await managed(
    'server { listen 80; server_name chat.test; location / { proxy_pass http://127.0.0.1:1; } }',
    {
      app: anyApp,
    },
  );
  assert.match(file('server-1.conf'), /^if \(\$http_upgrade = websocket\) \{$/m);
  assert.doesNotMatch(file('server-1.conf'), /\$http_upgrade(?:\)| [^=])/);
});

test('does not change the TLS versions of sites that share the listener', async () => {
  const http = 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2;';
  const site = (listen: string): string =>
    `server { listen 80; listen ${listen}; server_name chat.test; ${certificate} }`;
  const other = `server { listen 443 ssl; server_name other.test; ${certificate} }`;
  const says = async (text: string): Promise<boolean> =>
    (await managed(http + text))('server-1.conf').includes('ssl_protocols');
  assert.equal(await says(site('443 ssl')), true);
  assert.equal(await says(site('443 ssl') + other), false, 'the first one is the default');
  assert.equal(await says(other + site('443 ssl default_server')), false);
  assert.equal(await says(other + site('443 ssl')), true, 'not the default server');
});

test('edits a file shared by blocks of one site once, and a file shared with other sites not at all', async () => {
  const files = { 'app.conf': 'location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:1; }' };
  const block = (listen: string, name = 'chat.test'): string =>
    `server { listen ${listen}; server_name ${name}; ${listen.includes('ssl') ? certificate : ''} include app.conf; }`;
  const site = block('80') + block('443 ssl') + block('[::]:443 ssl');
  const own = await managed(site, {}, '1.22.1', files);
  assert.match(own('location-1.conf'), /^proxy_set_header X-Forwarded-Proto \$everyhop_proto;$/m);
  assert.equal(own('location-2.conf'), '');
  const shared = await managed(site + block('80', 'other.test'), {}, '1.22.1', files);
  assert.equal(shared('location-1.conf'), '');
});

test('TLS accepts both families of a dual-stack socket, no matter which block sets it', async () => {
  const site = 'server { listen [::]:80; server_name chat.test; }';
  const other = 'server { listen [::]:80 ipv6only=off; server_name other.test; }';
  assert.deepEqual(listensOf((await managed(site + other))('server-1.conf')), ['443 ssl http2', '[::]:443 ssl http2']);
  assert.deepEqual(listensOf((await managed(site))('server-1.conf')), ['[::]:443 ssl http2']);
});

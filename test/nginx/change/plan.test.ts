import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { anyApp } from '../../../src/apps/profiles.ts';
import { isError } from '../../../src/base/errors.ts';
import { spliced } from '../../../src/nginx/change/edit.ts';
import { changeError } from '../../../src/nginx/change/messages.ts';
import { type Plan, planSite, type PlanRequest } from '../../../src/nginx/change/plan.ts';
import { siteRemoval } from '../../../src/nginx/change/site-removal.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
import { parse } from '../../../src/nginx/reading/syntax.ts';
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

interface PlannedSite extends Plan {
  /** Text of the include of the only edited block. */
  include: string;
  text: string;
}

async function planned(http: string, own: Partial<PlanRequest> = {}, version = '1.22.1'): Promise<PlannedSite> {
  const configuration = await configured({ 'nginx.conf': `events {}\nhttp {\n${http}\n}\n` });
  const plan = planSite(configuration, serversOf(configuration), { ...request, ...own }, await nginxOf(version));
  const file = (name: string): string => plan.managed.get(`${folder}/everyhop/chat.test/${name}`) ?? '';
  return { ...plan, include: file('server-1.conf'), text: plan.edited.get(`${folder}/nginx.conf`) ?? '' };
}

const listensOf = (include: string): string[] => Array.from(include.matchAll(/^listen (.*);$/gm), ([, what]) => what!);

test('adds TLS on the addresses of plain HTTP only', async () => {
  const cases: [listen: string, listens: string[]][] = [
    ['listen 80;', ['443 ssl http2']],
    ['listen 80; listen [::]:80;', ['443 ssl http2', '[::]:443 ssl http2']],
    ['listen 127.0.0.1:8080;', ['127.0.0.1:443 ssl http2']],
    ['listen [::]:80 ipv6only=off;', ['443 ssl http2', '[::]:443 ssl http2']],
    ['listen 80 proxy_protocol;', ['443 ssl http2 proxy_protocol']],
    ['listen 80 default_server reuseport backlog=9;', ['443 ssl http2']],
    ['listen 80; listen 8080;', ['443 ssl http2']],
    ['listen 80; listen 443 ssl; ssl_certificate a; ssl_certificate_key b;', []],
    ['listen 80; listen [::]:80; listen 443 ssl;', ['[::]:443 ssl http2']],
    ['listen unix:/run/a.sock; listen 127.0.0.1:80;', ['127.0.0.1:443 ssl http2']],
    // The first explicit listener would replace nginx's implicit one.
    ['', ['80', '443 ssl http2']],
  ];
  for (const [listen, listens] of cases) {
    const { include } = await planned(`server { ${listen} server_name chat.test; }`);
    assert.deepEqual(listensOf(include), listens, listen);
  }
});

test('enables HTTP/2 by the rules of the nginx version, and never for sites that share the socket', async () => {
  const site = 'server { listen 80; server_name chat.test; }';
  const other = 'server { listen 443 ssl; server_name other.test; ssl_certificate a; ssl_certificate_key b; }';
  assert.deepEqual(listensOf((await planned(site + other)).include), ['443 ssl']);
  assert.deepEqual(listensOf((await planned(site + other.replace('ssl;', 'ssl http2;'))).include), ['443 ssl http2']);
  const newer = await planned(site + other, {}, '1.26.0');
  assert.deepEqual(listensOf(newer.include), ['443 ssl']);
  assert.match(newer.include, /^http2 on;$/m);
});

test('does not repeat settings of the block', async () => {
  const own = 'ssl_protocols TLSv1.3; proxy_read_timeout 5s; add_header Strict-Transport-Security max-age=9;';
  const { include, hsts } = await planned(`server { listen 80; server_name chat.test; ${own} }`, { app: anyApp });
  assert.doesNotMatch(include, /ssl_protocols|proxy_read_timeout|Strict-Transport-Security/);
  assert.match(include, /^proxy_buffering off;$/m);
  assert.equal(hsts.size, 0);
});

test('does not reduce limits set in http', async () => {
  const around = async (http: string): Promise<string> => {
    const { include } = await planned(`${http} server { listen 80; server_name chat.test; }`, { app: anyApp });
    return include;
  };
  for (const enough of ['client_max_body_size 0;', 'client_max_body_size 1G;', 'client_max_body_size 256m;']) {
    assert.doesNotMatch(await around(enough), /client_max_body_size/, enough);
  }
  assert.match(await around('client_max_body_size 50m;'), /^client_max_body_size 268435456;$/m);
  assert.doesNotMatch(await around('proxy_read_timeout 1d;'), /proxy_read_timeout/);
  assert.doesNotMatch(await around('proxy_read_timeout 60m;'), /proxy_read_timeout/);
  assert.match(
    await around('proxy_read_timeout 59m; proxy_buffering on;'),
    /^proxy_buffering off;\nproxy_read_timeout 3600s;$/m,
  );
});

test('repeats inherited headers that ours would hide', async () => {
  const http =
    'add_header X-Frame-Options DENY; proxy_set_header X-Own "a b"; proxy_set_header X-Forwarded-Proto http;';
  const { include } = await planned(
    `${http} server { listen 80; server_name chat.test; location / { proxy_pass http://127.0.0.1:1; } }`,
  );
  const lines = include.split('\n').filter((line) => /^(add_header|proxy_set_header)/.test(line));
  assert.deepEqual(lines.toSorted(), [
    'add_header Strict-Transport-Security $everyhop_hsts always;',
    'add_header X-Frame-Options DENY;',
    'proxy_set_header X-Forwarded-For $everyhop_for;',
    'proxy_set_header X-Forwarded-Host $everyhop_host;',
    'proxy_set_header X-Forwarded-Proto $everyhop_proto;',
    'proxy_set_header X-Own "a b";',
  ]);
});

test('redirects only the given names, to the TLS port', async () => {
  const { include } = await planned('server { listen 80; server_name chat.test other.test; }', { tlsPort: 8443 });
  assert.match(include, /= "http:chat\.test"\) \{\n    return 308 https:\/\/\$host:8443\$request_uri;/);
  assert.doesNotMatch(include, /other\.test/);
  const { findings } = await planned('server { listen 80; server_name chat.test other.test; }');
  assert.deepEqual(
    findings.map(({ code, severity, params }) => [code, severity, params]),
    [['nginx.names-left', 'warning', { names: 'other.test', all: 'chat.test other.test' }]],
  );
  const { hop, place } = findings[0]!;
  assert.deepEqual(hop?.to, { host: 'chat.test', port: 443 });
  assert.equal(place?.line, 3);
});

test('rejects unclaimed names, names of two blocks, and a plain TLS port', async () => {
  const cases: [http: string, code: string][] = [
    ['server { listen 80; server_name other.test; }', 'nginx.name-unknown'],
    ['server { listen 80 default_server; server_name _; }', 'nginx.name-unknown'],
    [
      'server { listen 80; server_name chat.test; } server { listen 80; server_name chat.test; }',
      'nginx.name-claimed-twice',
    ],
    ['server { listen 80; server_name chat.test; } server { listen 443; server_name a.test; }', 'nginx.tls-port-plain'],
  ];
  for (const [http, code] of cases) await assert.rejects(planned(http), (error) => isError(error, code), http);
});

test('uses an existing location for challenges, or rejects it', async () => {
  const site = (location: string): string => `server { listen 80; server_name chat.test; root /srv; ${location} }`;
  const path = '/.well-known/acme-challenge';
  const cases: [location: string, webroot: string | undefined][] = [
    ['', `${folder}/everyhop/.challenges`],
    [`location ${path}/ { root /var/www/acme; }`, '/var/www/acme'],
    [`location ^~ ${path}/ { }`, '/srv'],
    [`location ${path} { alias /data/acme${path}/; }`, '/data/acme'],
    [`location ${path}/ { alias /data/acme/; }`, undefined],
    [`location ${path}/ { proxy_pass http://127.0.0.1:9; }`, undefined],
    [`location ${path}/ { root $document_root; }`, undefined],
  ];
  for (const [location, webroot] of cases) {
    const plan = planned(site(location), { challenges: true });
    if (webroot === undefined)
      await assert.rejects(plan, (error) => changeError.is(error, 'nginx.challenge-taken'), location);
    else assert.equal((await plan).webroot, webroot, location);
  }
});

test('a listen with a name in quotes stays one word', async () => {
  for (const address of ['"a; b"', "'a{b'", '"8# { ; }\n0"', '"a\\"b"', '"\xc3\xa4"']) {
    const http = `server { listen ${address}; server_name chat.test; }`;
    const plan = await planned(http);
    const [, text] = /^listen (".*?[^\\]":?|".*"|\S+) ssl http2;$/ms.exec(plan.include) ?? [];
    const [directive] = parse(`listen ${text};`, 'x').directives;
    const [original] = parse(`listen ${address};`, 'x').directives;
    assert.equal(directive!.args[0]!.text, `${original!.args[0]!.text}:443`, plan.include.slice(0, 400));
    assert.equal(directive!.args.length, 1);
  }
});

test('plans a site whose header values contain line ends', async () => {
  for (const value of ['"$host\n"', "'a\r\nb'", '$host\\\n', '"$host\n:80"']) {
    const lines = ['Host', 'X-Forwarded-Host', 'Forwarded', 'X-Forwarded-Port'].map(
      (name) => `proxy_set_header ${name} ${value};`,
    );
    const location = `location / { proxy_pass http://127.0.0.1:1; ${lines.join('')} }`;
    const { edited } = await planned(`server { listen 80; server_name chat.test; ${location} }`, { app: anyApp });
    assert.equal(edited.size, 1, value);
  }
});

test('the removal restores any configuration byte for byte', async () => {
  const space = fc.constantFrom(' ', '\n', '\r\n', '\n\n  ', '\t', ' # {;}"\n', '\n#x\r\n\t');
  const directive = fc.constantFrom(
    'root /srv;',
    "add_header X 'a } b';",
    'ssl_certificate /a.pem;ssl_certificate_key "/b c.pem";',
    'location / { proxy_pass http://127.0.0.1:1;proxy_set_header X-Forwarded-Proto http; }',
    'location /a {\n\tproxy_set_header Host $host;\n\tproxy_pass http://127.0.0.1:1; }',
    'if ($host = "a") { return 404; }',
  );
  const servers = fc
    .array(fc.tuple(space, directive), { maxLength: 5 })
    .map((pairs) => [...new Map(pairs.map((pair) => [pair[1], pair])).values()]);
  await fc.assert(
    fc.asyncProperty(servers, space, space, fc.boolean(), async (within, before, after, hasApp) => {
      const body = within.map((pair) => pair.join('')).join('');
      const http = `server {${before}listen 80; server_name chat.test;${body}${after}}`;
      const { text, managed, site } = await planned(http, hasApp ? { app: anyApp } : {});
      const again = await configured({
        ...Object.fromEntries([...managed].map(([file, one]) => [file.slice(folder.length + 1), one])),
        'nginx.conf': text,
      });
      const { splices } = siteRemoval(again.files, `${folder}/everyhop/${site}`, (file) => managed.get(file));
      assert.equal(spliced(splices).get(again.main), `events {}\nhttp {\n${http}\n}\n`);
    }),
    { numRuns: 300 },
  );
});

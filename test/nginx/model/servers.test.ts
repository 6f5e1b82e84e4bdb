import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { nginxError } from '../../../src/nginx/messages.ts';
import { answeringServer, conflictsIn } from '../../../src/nginx/model/answering.ts';
import { listenersOf } from '../../../src/nginx/model/listeners.ts';
import type { ServerBlock } from '../../../src/nginx/model/server.ts';
import { matchesName, serversOf, type ServersOptions } from '../../../src/nginx/model/servers.ts';
import { tableOf } from '../../../src/nginx/model/table.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { nginxFolder } from '../../support/nginx.ts';

async function servers(t: TestContext, http: string, options?: ServersOptions): Promise<ServerBlock[]> {
  const folder = await nginxFolder(t, { 'nginx.conf': `http {\n${http}\n}` });
  return serversOf(await readConfiguration({ main: path.join(folder, 'nginx.conf'), prefix: folder }), options);
}

test('reads every form of a listener', async (t) => {
  const written = {
    '80': ['0.0.0.0 80'],
    '*': ['0.0.0.0 80'],
    '*:8080': ['0.0.0.0 8080'],
    '127.0.0.1': ['127.0.0.1 80'],
    '127.000.00.01:081': ['127.0.0.1 81'],
    '[::]': [':: 80'],
    '[0:0::1]:443': ['::1 443'],
    '[FE80::A]:443': ['fe80::a 443'],
    '[::ffff:127.0.0.1]:80': ['::ffff:7f00:1 80'],
    'Localhost:80': ['localhost 80'],
    '8000-8002': ['0.0.0.0 8000', '0.0.0.0 8001', '0.0.0.0 8002'],
    '127.0.0.1:8000-8001': ['127.0.0.1 8000', '127.0.0.1 8001'],
    'unix:/run/Nginx.sock': ['unix:/run/Nginx.sock 0'],
    // nginx rejects these.
    '[::1': [],
    '[x]:80': [],
    '99999': [],
    '80-79': [],
    '127.0.0.1:': [],
    ':80': [],
  };
  const blocks = await servers(
    t,
    Object.keys(written)
      .map((each) => `server { listen 1; listen ${each}; }`)
      .join('\n'),
  );
  const listens = blocks.map((block) => block.listens.slice(1).map(({ address, port }) => `${address} ${port}`));
  assert.deepEqual(listens, Object.values(written));
});

test('reads listen parameters, and settings of the block and of http', async (t) => {
  const [first, second, third, none] = await servers(
    t,
    `server { listen 443 default ssl http2 proxy_protocol; listen [::]:443 ssl ipv6only=off; listen 443 quic reuseport; }
     server { listen 443; ssl on; http2 on; }
     server { listen [::1]:80; include /dev/null; }
     server { }`,
    { asRoot: false },
  );
  const [plain, six, quic] = first!.listens;
  assert.deepEqual(plain!.parameters, ['default', 'ssl', 'http2', 'proxy_protocol']);
  assert.ok(
    plain!.ssl && plain!.http2 && plain!.defaultServer && plain!.proxyProtocol && !plain!.quic && !plain!.ipv6Only,
  );
  assert.ok(six!.ssl && !six!.ipv6Only && !six!.http2);
  assert.ok(quic!.quic && quic!.ssl);
  assert.ok(second!.listens[0]!.ssl && second!.listens[0]!.http2);
  assert.ok(third!.listens[0]!.ipv6Only && !third!.listens[0]!.ssl);
  assert.deepEqual(
    none!.listens.map(({ address, port, located }) => [address, port, located]),
    [['0.0.0.0', 8000, undefined]],
  );
  assert.deepEqual(none!.names, [{ kind: 'catch-all', name: '', written: '' }]);
  const [tcp, , udp] = listenersOf([first!, second!, third!]);
  assert.deepEqual(
    [tcp!.servers.length, tcp!.ssl, tcp!.http2, udp!.quic, udp!.servers.length],
    [2, true, true, true, 1],
  );
});

test('reads every kind of name', async (t) => {
  const [block] = await servers(
    t,
    'server { server_name Example.COM *.Example.net www.example.* .example.org ~^A.b$ _ "" $HOSTNAME; }',
    { hostname: 'Box.local' },
  );
  assert.deepEqual(
    block!.names.map(({ kind, name }) => `${kind} ${name}`),
    [
      'exact example.com',
      'leading-wildcard *.example.net',
      'trailing-wildcard www.example.*',
      'exact example.org',
      'leading-wildcard *.example.org',
      'regex ^A.b$',
      'catch-all _',
      'catch-all ',
      'exact box.local',
    ],
  );
  for (const name of ['EXAMPLE.com.', 'a.b.example.net', 'www.example.co.uk', 'example.org', 'x.example.org', 'axb']) {
    assert.ok(matchesName(block!, name), name);
  }
  for (const name of ['example.net', 'www.example', 'notexample.org', 'axbc', 'box']) {
    assert.ok(!matchesName(block!, name), name);
  }
});

test('lists only the server blocks of http', async (t) => {
  const blocks = await servers(
    t,
    'server { } }\nstream { server { listen 1; } }\nmail { server { listen 2; } }\nhttp { server { listen 3; }',
  );
  assert.deepEqual(
    blocks.map(({ listens }) => listens[0]!.port),
    [80, 3],
  );
});

test('reports an expression that only PCRE can evaluate, and only where it matters', async (t) => {
  const blocks = await servers(
    t,
    String.raw`server { server_name exact.test; }
     server { server_name ~^a\d; }
     server { server_name "~^(?<x>.)\k<x>"; }
     server { server_name ~^b; }`,
  );
  const at = (name: string): number | undefined =>
    answeringServer(blocks, { address: '127.0.0.1', port: 80, name })?.index;
  assert.deepEqual([at('exact.test'), at('a1'), at('')], [0, 1, 0]);
  assert.throws(
    () => at('b.test'),
    (error) =>
      nginxError.is(error, 'nginx.pattern-unclear') && error.place!.line === 4 && error.params.name === 'b.test',
  );
  assert.equal(answeringServer(blocks, { address: '127.0.0.1', port: 81, name: 'a' }), undefined);
});

test('finds names that two blocks claim', async (t) => {
  const blocks = await servers(
    t,
    `server { listen 80; listen 81; server_name a.test b.test; }
     server { listen 80; server_name b.test A.test a.test; }
     server { listen 81; server_name b.test; }
     server { listen 82; server_name b.test b.test; }`,
  );
  assert.deepEqual(
    conflictsIn(blocks).map(({ name, first, ignored, listener }) => [name, first.index, ignored.index, listener.port]),
    [
      ['b.test', 0, 1, 80],
      ['A.test', 0, 1, 80],
      ['a.test', 0, 1, 80],
      ['b.test', 0, 2, 81],
    ],
  );
});

test('the table lists each name of each listener, and the block for all other names', async (t) => {
  const blocks = await servers(
    t,
    `ssl_certificate http.pem; root /srv/http;
     server { listen 80 default_server; return 301 https://$host$request_uri; }
     server { listen 80; listen [::]:443 ssl http2; server_name chat.test .old.test;
       ssl_certificate certs/chat.pem; ssl_certificate $ecdsa; include everyhop/chat.test/*.conf;
       location /api { proxy_pass http://api; } location ^~ / { proxy_set_header A b; proxy_pass http://127.0.0.1:3000; } }
     server { listen [::]:443; server_name chat.test other.test; location ~ x { return 404; } }
     server { listen unix:/run/x.sock; location = / { alias /srv/a; } location / { content_by_lua_block { x } } }`,
  );
  const folder = path.dirname(blocks[0]!.configuration.main.path);
  const rows = tableOf(blocks, path.join(folder, 'everyhop')).map((row) => [
    row.listener,
    [row.tls && 'tls', row.http2 && 'h2', row.managed && 'managed', row.ignored && 'ignored'].filter(Boolean).join(' '),
    row.name,
    row.place.line,
    row.certificateFiles
      .map((file) => path.relative(folder, file.startsWith('$') ? path.join(folder, file) : file))
      .join(' '),
    row.leadsTo,
  ]);
  const redirect = 'return 301 https://$host$request_uri';
  const app = 'http://127.0.0.1:3000';
  assert.deepEqual(rows, [
    ['0.0.0.0:80', 'managed', 'chat.test', 4, '', app],
    ['0.0.0.0:80', 'managed', '.old.test', 4, '', app],
    ['0.0.0.0:80', '', undefined, 3, '', redirect],
    ['[::]:443', 'tls h2 managed', 'chat.test', 4, 'certs/chat.pem $ecdsa', app],
    ['[::]:443', 'tls h2 managed', '.old.test', 4, 'certs/chat.pem $ecdsa', app],
    ['[::]:443', 'tls h2 ignored', 'chat.test', 7, 'http.pem', 'root /srv/http'],
    ['[::]:443', 'tls h2', 'other.test', 7, 'http.pem', 'root /srv/http'],
    ['[::]:443', 'tls h2 managed', undefined, 4, 'certs/chat.pem $ecdsa', app],
    ['unix:/run/x.sock', '', undefined, 8, '', 'content_by_lua_block'],
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { baseError } from '../../src/base/messages.ts';
import { routeFiles } from '../../src/config/route-files.ts';
import { composeHeaders } from '../../src/edge/header-changes.ts';
import { readFieldName } from '../../src/config/field.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { kindOf } from '../../src/edge/request-fields.ts';
import { choices } from './choices.ts';

function load(lines: string): Promise<Configuration> {
  const indented = lines.trim().replaceAll('\n', '\n    ');
  const text = `sites:\n  - host: chat.test\n    upstream: 7861\n    ${indented}\n`;
  return loadConfiguration('/etc/everyhop.yaml', { choices, readText: async () => text });
}

/** As `code@line:column`; the first line of the settings is the fourth. */
async function mistakes(lines: string): Promise<string[]> {
  const error = await load(lines).then(
    () => assert.fail(`accepted: ${lines}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, String(error));
  for (const problem of error.problems)
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint } = problem.report(language);
      assert.doesNotMatch(
        `${message} ${cause} ${hint}`,
        /\{(?:key|name|value|written|known|setting)\}|undefined/,
        problem.code,
      );
    }
  return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`);
}

test('reads header fields, and a route has its own instead of those of its site', async () => {
  const { sites } = await load(`
headers:
  request:
    set: { X-Tenant: blue, X-Level: 3, X-Debug: false }
    add: { X-Tag: [one, two] }
  response:
    set: { Cache-Control: "public, max-age=60" }
    remove: [Server, X-Powered-By]
cors: true
security_headers: { frames: [https://intranet.test], permissions_policy: "camera=()" }
`);
  const [route] = sites[0]!.routes;
  assert.deepEqual(route!.headers, {
    request: {
      set: [
        { name: 'X-Tenant', value: 'blue' },
        { name: 'X-Level', value: '3' },
        { name: 'X-Debug', value: 'false' },
      ],
      add: [
        { name: 'X-Tag', value: 'one' },
        { name: 'X-Tag', value: 'two' },
      ],
      remove: [],
    },
    response: {
      set: [{ name: 'Cache-Control', value: 'public, max-age=60' }],
      add: [],
      remove: ['server', 'x-powered-by'],
    },
  });
  assert.deepEqual(route!.cors, { expose: [], credentials: false, maxAgeSeconds: 600 });
  assert.deepEqual(route!.securityHeaders, {
    frames: ['https://intranet.test'],
    referrerPolicy: 'strict-origin-when-cross-origin',
    permissionsPolicy: 'camera=()',
  });
  const text = `sites:
  - host: chat.test
    cors: { origins: ["HTTPS://App.Test:443/", "https://*.Example.test:8443", "app://obsidian.md"], credentials: true, max_age: 0 }
    security_headers: true
    routes:
      - { path: /, upstream: 1 }
      - { path: /v1, upstream: 2, cors: false, security_headers: false, headers: { response: { remove: [Server] } } }
`;
  const { sites: two } = await loadConfiguration('/etc/everyhop.yaml', { choices, readText: async () => text });
  const [all, v1] = two[0]!.routes;
  assert.deepEqual(all!.cors?.origins, ['https://app.test', 'https://*.example.test:8443', 'app://obsidian.md']);
  assert.equal(all!.securityHeaders?.frames, 'same-origin');
  assert.equal(v1!.cors, undefined);
  assert.equal(v1!.securityHeaders, undefined);
});

test('rejects what could end a field, change the message, or pass for what Everyhop says', async () => {
  for (const [lines, expected] of [
    ['headers: { request: { set: { "X-A": "a\\r\\nX-Forwarded-User: root" } } }', 'bad-field-value@4:41'],
    ['headers: { request: { set: { "X-A": "a\\nb" } } }', 'bad-field-value@4:41'],
    ['headers: { request: { set: { "X-A": "a\\0" } } }', 'bad-field-value@4:41'],
    ['headers: { request: { set: { "X-A": "é" } } }', 'bad-field-value@4:41'],
    ['headers: { request: { set: { "X-A": { a: b } } } }', 'bad-field-value@4:41'],
    ['headers: { request: { set: { "X A": b } } }', 'bad-field-name@4:41'],
    ['headers: { request: { set: { "X-A:": b } } }', 'bad-field-name@4:42'],
    ['headers: { request: { set: { "X-A\\r\\nHost": b } } }', 'bad-field-name@4:49'],
    ['headers: { request: { set: { Host: b } } }', 'field-has-setting@4:40'],
    ['headers: { request: { set: { X-Forwarded-For: b } } }', 'field-of-edge@4:51'],
    ['headers: { request: { set: { X_Forwarded_User: b } } }', 'field-of-edge@4:52'],
    ['headers: { request: { add: { X-Real-IP: b } } }', 'field-of-edge@4:45'],
    ['headers: { request: { remove: [Client-Cert] } }', 'field-of-edge@4:36'],
    ['headers: { request: { remove: [Connection] } }', 'field-of-connection@4:36'],
    ['headers: { request: { set: { Content-Length: 0 } } }', 'field-of-connection@4:50'],
    ['headers: { response: { add: { Transfer-Encoding: chunked } } }', 'field-of-connection@4:54'],
    ['headers: { response: { set: { Content-Encoding: gzip } } }', 'field-of-connection@4:53'],
    ['headers: { response: { set: { Strict-Transport-Security: max-age=1 } } }', 'field-has-setting@4:62'],
    ['headers: { response: { set: { Access-Control-Allow-Origin: "*" } } }', 'field-has-setting@4:64'],
    ['headers: { request: { set: { Authorization: Bearer x } } }', 'secret-field@4:49'],
    ['headers: { request: { set: { X-A: 1, x-a: 2 } } }', 'duplicate-field@4:47'],
    ['headers: { request: { set: { X-A: "{clent}" } } }', 'unknown-placeholder@4:39'],
    ['headers: { set: { X-A: 1 } }', 'misplaced-key@4:16'],
    ['headers: { response: { sett: { X-A: 1 } } }', 'mistyped-key@4:28'],
    ['headers: { response: { X-Frame-Options: DENY } }', 'unknown-key@4:28'],
    ['headers: yes please', 'not-a-mapping@4:14'],
    ['cors: { origins: [https://a.test/path] }', 'bad-origin@4:23'],
    ['cors: { origins: https://a.test }', 'not-a-list@4:22'],
    ['cors: "*"', 'not-true-or-a-mapping@4:11'],
    ['security_headers: strict', 'not-true-or-a-mapping@4:23'],
    ['cors: { origins: [a.test] }', 'bad-origin@4:23'],
    ['cors: { origins: ["null"] }', 'bad-origin@4:23'],
    ['cors: { origins: ["https://*"] }', 'bad-origin@4:23'],
    ['cors: { origins: ["https://a.*.test"] }', 'bad-origin@4:23'],
    ['cors: { credentials: true }', 'cors-credentials@4:26'],
    ['cors: { origins: "*", credentials: true }', 'cors-credentials@4:40'],
    ['cors: { methods: [get] }', 'bad-method@4:23'],
    ['cors: { headers: ["a\\r\\nb"] }', 'bad-field-name@4:23'],
    ['cors: { max_age: 10m }', 'bad-max-age@4:22'],
    ['security_headers: { frames: maybe }', 'bad-frames@4:33'],
    ['security_headers: { frames: ["a.test; script-src *"] }', 'bad-origin@4:34'],
    ['security_headers: { referrer_policy: none }', 'bad-choice@4:42'],
    ['security_headers: { permissions_policy: "a\\r\\nb" }', 'bad-field-value@4:45'],
  ] as const)
    assert.deepEqual(await mistakes(lines), [expected], lines);
});

test('no field that the edge sets or drops can be changed', () => {
  for (const name of [
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'transfer-encoding',
    'upgrade',
    'host',
    'content-length',
    'cdn-loop',
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-prefix',
    'x-forwarded-user',
    'x-real-ip',
    'x-request-id',
    'client-cert',
  ]) {
    assert.notEqual(kindOf(name), undefined, name);
    for (const spelling of [name, name.toUpperCase(), name.replaceAll('-', '_')])
      assert.ok('problem' in readFieldName(spelling, 'request'), spelling);
  }
});

test('a secret comes from a file, which is watched, and closes its route if it cannot be used', async () => {
  const load = (secret: string | undefined) =>
    loadConfiguration('/etc/everyhop.yaml', {
      choices,
      readText: async (name) => {
        if (name !== '/etc/token.txt')
          return `sites:
  - host: chat.test
    upstream: 7861
    headers: { request: { set: { Authorization: { file: token.txt } } } }
`;
        if (secret === undefined) throw baseError('file.missing', { file: name });
        return secret;
      },
    });
  const good = await load('Bearer abc\n');
  assert.deepEqual(good.fileProblems, []);
  const [route] = good.sites[0]!.routes;
  assert.deepEqual(
    routeFiles(route!).map(({ named }) => named.file),
    ['/etc/token.txt'],
  );
  assert.deepEqual(composeHeaders(route!.headers!, () => 'Bearer abc\n').request!.set, [
    { name: 'Authorization', value: 'Bearer abc' },
  ]);
  for (const [text, code] of [
    [undefined, 'file.missing'],
    ['  \n', 'config.secret-empty'],
    ['Bearer a\r\nX-Forwarded-User: root', 'config.bad-field-file'],
  ] as const) {
    const { fileProblems } = await load(text);
    assert.deepEqual(
      fileProblems.map(({ error }) => `${error.code}@${error.place!.line}:${error.place!.column}`),
      [`${code}@4:57`],
    );
    assert.equal(composeHeaders(route!.headers!, () => text).isUnusable, true, code);
  }
});

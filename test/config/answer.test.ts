import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { choices } from './choices.ts';

const load = (text: string): Promise<Configuration> =>
  loadConfiguration('/etc/everyhop.yaml', { choices, readText: async () => text });

async function mistakes(text: string): Promise<string[]> {
  const error = await load(text).then(
    () => assert.fail(`accepted: ${text}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, String(error));
  for (const problem of error.problems)
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint } = problem.report(language);
      assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{(?:key|value|own|other|to)\}|undefined/, problem.code);
    }
  return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`);
}

test('reads redirects and fixed answers, for a site or for its routes', async () => {
  const { sites } = await load(`sites:
  - host: www.chat.test
    redirect: https://chat.test
  - host: off.test
    respond: 503
  - host: chat.test
    routes:
      - { path: /, upstream: 7861 }
      - { path: /old, redirect: /neu/ü }
      - { path: /help, redirect: { to: "https://docs.test/?from=chat#top", status: 302, keep_path: false } }
      - { path: /robots.txt, respond: { body: "Disallow: /" } }
      - { path: /page, respond: { body: "<p>", type: text/html, status: 410 } }
      - { path: /busy, respond: { status: 429, retry_after: 1500ms } }
`);
  const answers = sites.flatMap(({ routes }) =>
    routes.map(({ path, answer, upstreams }) => [path, answer ?? upstreams.length]),
  );
  const text = 'text/plain; charset=utf-8';
  assert.deepEqual(answers, [
    ['/', { kind: 'redirect', to: 'https://chat.test/', status: 308, keepsPath: true }],
    ['/', { kind: 'fixed', status: 503, type: text, retryAfterSeconds: 300 }],
    ['/', 1],
    ['/old', { kind: 'redirect', to: '/neu/%C3%BC', status: 308, keepsPath: true }],
    ['/help', { kind: 'redirect', to: 'https://docs.test/?from=chat#top', status: 302, keepsPath: false }],
    ['/robots.txt', { kind: 'fixed', status: 200, body: 'Disallow: /', type: text }],
    ['/page', { kind: 'fixed', status: 410, body: '<p>', type: 'text/html; charset=utf-8' }],
    ['/busy', { kind: 'fixed', status: 429, type: text, retryAfterSeconds: 2 }],
  ]);
});

test('rejects targets and statuses that mislead, and two destinations', async () => {
  const site = (setting: string): string => `sites:\n  - host: chat.test\n    ${setting}\n`;
  for (const [setting, expected] of [
    ['redirect: //evil.test', 'bad-redirect@3:15'],
    ['redirect: /\\evil.test', 'bad-redirect@3:15'],
    ['redirect: example.com', 'bad-redirect@3:15'],
    ['redirect: ftp://a.test', 'bad-redirect@3:15'],
    ['redirect: https://user:pass@a.test', 'bad-redirect@3:15'],
    ['redirect: "https://a.test/ b"', 'bad-redirect@3:15'],
    ['redirect: "https://a.test\\r\\nSet-Cookie: a=b"', 'bad-redirect@3:15'],
    ['redirect: "/a\\r\\nb"', 'bad-redirect@3:15'],
    ['redirect: "https://*.test"', 'bad-redirect@3:15'],
    ['redirect: /.//evil.test', 'bad-redirect@3:15'],
    ['redirect: https://a.test/?x', 'redirect-suffix@3:15'],
    ['redirect: { to: "https://a.test/?x" }', 'redirect-suffix@3:21'],
    ['redirect: { to: https://a.test, status: 200 }', 'bad-redirect-status@3:45'],
    ['redirect: { to: https://a.test, keeps_path: false }', 'mistyped-key@3:37'],
    ['redirect: 308', 'bad-redirect@3:15'],
    ['respond: 301', 'bad-answer-status@3:14'],
    ['respond: 100', 'bad-answer-status@3:14'],
    ['respond: 205', 'bad-answer-status@3:14'],
    ['respond: yes', 'bad-answer-status@3:14'],
    ['respond: { status: 204, body: x }', 'answer-without-body@3:35'],
    ['respond: { body: x, type: "text/html\\r\\nX: y" }', 'bad-content-type@3:31'],
    ['respond: { retry_after: 10 }', 'bad-duration@3:29'],
    ['respond: { retry_aftr: 10m }', 'mistyped-key@3:16'],
    ['upstream: 1\n    redirect: https://a.test', 'two-destinations@4:15'],
    ['redirect: https://a.test\n    respond: 404', 'two-destinations@4:14'],
    ['respond: 404\n    routes: [{ path: /, upstream: 1 }]', 'upstream-and-routes@3:14'],
    ['routes: [{ path: / }]', 'missing-key@3:14'],
    ['routes: [{ path: /, redirekt: /x }]', 'mistyped-key@3:25'],
    ['redirect: https://chat.test', 'redirect-loop@3:15'],
    ['redirect: http://chat.test:80/x', 'redirect-loop@3:15'],
    ['redirect: /x', 'redirect-loop@3:15'],
    ['routes: [{ path: /a, redirect: /a/b }, { path: /, upstream: 1 }]', 'redirect-loop@3:36'],
  ] as const)
    assert.deepEqual(await mistakes(site(setting)), [expected], setting);
  const two =
    'sites:\n  - { host: a.test, redirect: https://b.test }\n  - { host: b.test, redirect: https://a.test }\n';
  assert.deepEqual(await mistakes(two), ['redirect-loop@2:31', 'redirect-loop@3:31']);
  // Another port is another service, and a route of its own ends the loop.
  await load(site('redirect: https://chat.test:9443'));
  await load(site('routes: [{ path: /, redirect: /app }, { path: /app, upstream: 1 }]'));
});

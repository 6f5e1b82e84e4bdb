import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { composeLimits } from '../../src/edge/limit-scope.ts';
import { choices } from './choices.ts';

const load = (text: string) => loadConfiguration('/everyhop.yaml', { choices, readText: async () => text });

test('limits of a site are for its routes together; a route with its own has them instead', async () => {
  const { sites } = await load(`sites:
  - host: chat.test
    limits: { body: 25MB, request_time: 10m, rate: 60/min, streams: 4 }
    compress: true
    routes:
      - { path: /, upstream: 7861 }
      - { path: /v1, upstream: 7862 }
      - { path: /files, upstream: 7863, compress: false, limits: { body: 1GiB } }
`);
  const site = sites[0]!;
  const [page, api, files] = site.routes;
  const shared = { bodyBytes: 25_000_000, requestTimeMs: 600_000, rate: { count: 60, periodMs: 60_000 }, streams: 4 };
  assert.deepEqual(composeLimits(page!.limits!, site), { ...shared, scope: 'chat.test/' });
  assert.deepEqual(composeLimits(api!.limits!, site), { ...shared, scope: 'chat.test/' });
  assert.equal(files!.limits!.bodyBytes, 1024 ** 3);
  assert.equal(files!.limits!.rate, undefined, 'nothing of the site’s is merged in');
  assert.equal(composeLimits(files!.limits!, site).scope, 'chat.test/files');
  assert.deepEqual(
    site.routes.map(({ compress }) => compress),
    [true, true, false],
  );
});

test('every wrong limit is reported with its place, in both languages', async () => {
  const text = `sites:
  - host: chat.test
    upstream: 7861
    compress: yes please
    limits:
      body: 25
      request_time: 500ms
      rate: 60 per minute
      streams: 0
  - host: other.test
    upstream: 7861
    limits:
      request_time: 2d
      strems: 3
  - host: third.test
    upstream: 7861
    limits: 60/min
`;
  const error = await load(text).then(
    () => assert.fail('accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError);
  const found = error.problems.map(
    ({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`,
  );
  assert.deepEqual(found, [
    'not-a-flag@4:15',
    'bad-size@6:13',
    'duration-range@7:21',
    'bad-rate@8:13',
    'bad-streams@9:16',
    'duration-range@13:21',
    'mistyped-key@14:7',
    'not-a-mapping@17:13',
  ]);
  for (const problem of error.problems) {
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint } = problem.report(language);
      assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{\w+\}|undefined/, problem.code);
    }
  }
  assert.match(error.problems[2]!.report('en').cause, /from 1s to 1d/);
});

/** `upstreams`, `balance`, `health` and `wait_for_app` in everyhop.yaml. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readText } from '../../src/base/files.ts';
import type { Route } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { upstreamText } from '../../src/config/upstream.ts';
import { choices } from './choices.ts';

const file = path.resolve('everyhop.yaml');

async function routesOf(text: string): Promise<Route[]> {
  const from = async (name: string): Promise<string> => (name === file ? text : readText(name));
  const { sites } = await loadConfiguration(file, { choices, readText: from });
  return sites.flatMap(({ routes }) => routes);
}

const shown = ({ upstreams, balance, health, waitForAppMs }: Route): unknown => ({
  upstreams: upstreams.map(upstreamText),
  balance,
  health,
  waitForAppMs,
});

/** `code@line:column` of each mistake. */
async function mistakes(text: string): Promise<string[]> {
  const error = await routesOf(text).then(
    () => assert.fail('accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, String(error));
  return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`);
}

test('reads instances, and the settings of a site for its routes', async () => {
  const routes = await routesOf(`
sites:
  - host: chat.test
    balance: sticky
    wait_for_app: 2m
    routes:
      - path: /
        upstreams: [8001, http://app:8000/base, unix:/run/app.sock]
        health: /health?full=1
      - path: /one
        upstream: 9000
      - path: /turns
        upstreams: [http://app:8000]
        balance: round-robin
        health: { path: /ready, interval: 2s, status: 204 }
        wait_for_app: 90s
  - host: alone.test
    upstreams:
      - 8001
      - 8002
  - host: usual.test
    upstream: 7861
`);
  assert.deepEqual(routes.map(shown), [
    {
      upstreams: ['http://127.0.0.1:8001', 'http://app:8000/base', 'unix:/run/app.sock'],
      balance: 'sticky',
      health: { path: '/health?full=1', intervalMs: 10_000 },
      waitForAppMs: 120_000,
    },
    { upstreams: ['http://127.0.0.1:9000'], balance: 'sticky', health: undefined, waitForAppMs: 120_000 },
    {
      upstreams: ['http://app:8000'],
      balance: 'round-robin',
      health: { path: '/ready', intervalMs: 2000, status: 204 },
      waitForAppMs: 90_000,
    },
    {
      upstreams: ['http://127.0.0.1:8001', 'http://127.0.0.1:8002'],
      balance: 'least-streams',
      health: undefined,
      waitForAppMs: undefined,
    },
    { upstreams: ['http://127.0.0.1:7861'], balance: undefined, health: undefined, waitForAppMs: undefined },
  ]);
});

test('every mistake has its place', async () => {
  const wrong: Record<string, string[]> = {
    'upstreams: [8001]\n    upstream: 8002': ['upstream-and-upstreams@3:16'],
    'upstreams: [8001, ":8001"]': ['duplicate-upstream@3:23'],
    'upstreams: 8001': ['not-a-list@3:16'],
    'upstreams: []': ['empty-list@3:16'],
    'upstreams: [8001, nonsense, http://unix:/run/app.sock]': ['bad-upstream@3:23', 'socket-form@3:33'],
    'upstream: 8001\n    balance: leastconn': ['bad-choice@4:14'],
    'upstream: 8001\n    balance: least_streams': ['mistyped-choice@4:14'],
    'upstream: 8001\n    app: olama': ['mistyped-choice@4:10'],
    'upstream: 8001\n    health: health': ['bad-health-path@4:13'],
    'upstream: 8001\n    health: http://127.0.0.1/health': ['bad-health-path@4:13'],
    'upstream: 8001\n    health: { interval: 5s }': ['missing-key@4:13'],
    'upstream: 8001\n    health: { path: /h, interval: 5 }': ['bad-duration@4:35'],
    'upstream: 8001\n    health: { path: /h, interval: 5ms }': ['duration-range@4:35'],
    'upstream: 8001\n    health: { path: /h, status: ok }': ['bad-health-status@4:33'],
    'upstream: 8001\n    health: { path: /h, intervall: 5s }': ['mistyped-key@4:25'],
    'upstream: 8001\n    wait_for_app: 60': ['bad-duration@4:19'],
    'upstream: 8001\n    wait_for_app: forever': ['bad-duration@4:19'],
    'upstreams: [8001]\n    routes: [{ path: /, upstream: 8002 }]': ['upstream-and-routes@3:16'],
    'upsteams: [8001]': ['mistyped-key@3:5'],
    'routes: [{ path: / }]': ['missing-key@3:14'],
    'upstreams: [8001, 8002]\n    upstream_root: root.pem': ['root-without-https@4:20'],
  };
  for (const [text, wanted] of Object.entries(wrong))
    assert.deepEqual(await mistakes(`sites:\n  - host: chat.test\n    ${text}\n`), wanted, text);
});

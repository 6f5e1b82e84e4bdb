/** `app` and `host_header` of sites and routes, in the file and as options of `up`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationFromArguments } from '../../src/config/arguments.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { choices } from './choices.ts';

const load = (text: string): Promise<Configuration> =>
  loadConfiguration('/everyhop.yaml', { choices, readText: async () => text });

async function mistakes(loading: Promise<unknown>): Promise<[code: string, at: string, message: string][]> {
  const error = await loading.catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigurationError, String(error));
  return error.problems.map((problem) => {
    const { message, cause } = problem.report('en');
    return [problem.code, `${problem.place?.line}:${problem.place?.column}`, `${message} ${cause}`];
  });
}

test('a route has its own, or those of its site', async () => {
  const { sites } = await load(`sites:
  - host: a.test
    app: ollama
    routes:
      - { path: /, upstream: 1 }
      - { path: /x, upstream: 2, app: jupyter, host_header: "localhost:8888" }
  - { host: b.test, upstream: 3, host_header: "[::1]:3" }
  - { host: c.test, upstream: 4 }
`);
  const settings = sites.flatMap(({ routes }) => routes.map(({ app, hostHeader }) => [app, hostHeader]));
  assert.deepEqual(settings, [
    ['ollama', undefined],
    ['jupyter', 'localhost:8888'],
    [undefined, '[::1]:3'],
    [undefined, undefined],
  ]);
});

test('wrong ones are reported with their place and the valid choices', async () => {
  const [app, host, ...others] = await mistakes(
    load('sites:\n  - { host: a.test, upstream: 1, app: olama,\n      host_header: "http://localhost/" }\n'),
  );
  assert.deepEqual(others, []);
  assert.deepEqual(app!.slice(0, 2), ['config.mistyped-choice', '2:39']);
  assert.match(app![2], /olama.*Did you mean ollama\?.*ollama, jupyter, any/);
  assert.deepEqual(host!.slice(0, 2), ['config.bad-host-header', '3:20']);
  for (const bad of ['', 'a b', 'a:99999', 'a\r\nX: y', 'x/y', '[::g]', 5]) {
    const written = JSON.stringify(bad);
    const [problem] = await mistakes(load(`sites: [{ host: a.test, upstream: 1, host_header: ${written} }]`));
    assert.match(problem![0], /^config\.(?:bad-host-header|not-text)$/, written);
  }
  const route = 'sites: [{ host: a.test, routes: [{ path: /, upstream: 1, app: none }] }]';
  assert.deepEqual(
    (await mistakes(load(route))).map(([code]) => code),
    ['config.bad-choice'],
  );
});

test('options of up say the same, and not beside a file', async () => {
  const context = { readText: () => Promise.reject(new Error('unexpected read')), cwd: '/', choices };
  const given = await configurationFromArguments({ upstream: '80', app: 'jupyter', hostHeader: 'x.test' }, context);
  const { app, hostHeader } = given.sites[0]!.routes[0]!;
  assert.deepEqual([app, hostHeader], ['jupyter', 'x.test']);
  for (const option of [{ app: 'jupyter' }, { hostHeader: 'x' }]) {
    await assert.rejects(configurationFromArguments({ config: '/x.yaml', ...option }, context), {
      code: 'config.two-sources',
    });
  }
  assert.deepEqual(
    (await mistakes(configurationFromArguments({ upstream: '80', app: 'x' }, context))).map(([code]) => code),
    ['config.bad-choice'],
  );
});

test('editors offer the apps, for sites and routes', () => {
  const { properties } = configurationSchema(choices) as {
    properties: { sites: { items: { properties: Record<string, { enum?: string[] }> & { routes: unknown } } } };
  };
  const site = properties.sites.items.properties;
  const routes = site.routes as { items: { properties: Record<string, { enum?: string[] }> } };
  for (const keys of [site, routes.items.properties]) assert.deepEqual(keys['app']!.enum, ['ollama', 'jupyter', 'any']);
});

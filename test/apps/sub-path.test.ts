/** Whether an app works under the path of a route, and what to change. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { profileOf } from '../../src/apps/profiles.ts';
import { findSubPath } from '../../src/apps/sub-path.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { mends } from '../support/outside.ts';

type Answer = string | { status: number; location?: string };

/** Answers by path: HTML, or a status. Default: 404. */
async function startApp(t: TestContext, answer: (request: IncomingMessage) => Answer | undefined): Promise<URL> {
  const server = createServer((request, response) => {
    const given = answer(request) ?? { status: 404 };
    if (typeof given === 'string') response.setHeader('content-type', 'text/html; charset=utf-8').end(given);
    else response.writeHead(given.status, given.location === undefined ? {} : { location: given.location }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const gradio = (root: string): string =>
  `<html><title>Gradio</title><script>window.gradio_config = {"root":"${root}"};</script><script src="./assets/index.js"></script><link rel="manifest" href="/manifest.json">`;
const page = (title: string, more = ''): string => `<html><title>${title}</title>${more}`;
const onlyRoot = (text: string) => (request: IncomingMessage) => (request.url === '/' ? text : undefined);

const cases: [name: string, answer: Parameters<typeof startApp>[1], stripPath: boolean, said: RegExp | undefined][] = [
  [
    'Gradio without its setting',
    onlyRoot(gradio('https://apps.test')),
    true,
    /^Gradio does not know that visitors reach it at https:\/\/apps\.test\/app\/ .* Start it with GRADIO_ROOT_PATH=\/app$/,
  ],
  ['Gradio with its setting', onlyRoot(gradio('https://apps.test/app')), true, undefined],
  [
    'Gradio, without strip_path',
    onlyRoot(gradio('https://apps.test')),
    false,
    /answers \/app\/ with 404.* Add strip_path: true to the route \/app .*GRADIO_ROOT_PATH=\/app$/,
  ],
  [
    'Streamlit, whose page finds the path',
    onlyRoot(page('Streamlit', '<script src="./a.js"></script>')),
    true,
    undefined,
  ],
  [
    'Streamlit, without strip_path',
    onlyRoot(page('Streamlit')),
    false,
    /answers \/app\/ with 404.* Add strip_path: true to the route \/app in everyhop\.yaml\.$/,
  ],
  [
    'Jupyter with its setting and strip_path',
    ({ url }) =>
      url === '/' ? { status: 302, location: '/app/lab' } : url === '/app/lab' ? page('JupyterLab') : undefined,
    true,
    /^.* does not get the path that it expects .* Remove strip_path from the route \/app in everyhop\.yaml\.$/,
  ],
  [
    'Jupyter without its setting, with strip_path',
    ({ url }) =>
      url === '/'
        ? { status: 302, location: '/lab' }
        : url === '/lab'
          ? page('JupyterLab', '<script src="/static/lab/main.js"></script>')
          : undefined,
    true,
    /loads \/static\/lab\/main\.js, .* Remove strip_path .* start the app with --ServerApp\.base_url=\/app\/$/,
  ],
  [
    'Jupyter with its setting',
    ({ url }) => (url?.startsWith('/app') ? page('JupyterLab') : undefined),
    false,
    undefined,
  ],
  [
    'Open WebUI',
    onlyRoot(page('Open WebUI')),
    true,
    /^Open WebUI does not work under a path.* - \{ host: open-webui\.apps\.test, upstream: "http:\/\/127\.0\.0\.1:\d+" \}$/,
  ],
  [
    'an unknown app with files at the root',
    onlyRoot(page('Chat', '<link rel="icon" href="/favicon.ico"><script type="module" src=/assets/app.js></script>')),
    true,
    /^The app behind http:\/\/127\.0\.0\.1:\d+ does not know .* loads \/assets\/app\.js, .*host: app\.apps\.test/,
  ],
  [
    'an unknown app with relative files',
    onlyRoot(page('Chat', '<script src="assets/app.js"></script>')),
    true,
    undefined,
  ],
  [
    'an unknown app that reads X-Forwarded-Prefix',
    ({ url, headers }) =>
      url === '/' ? page('Chat', `<script src="${String(headers['x-forwarded-prefix'])}/a.js"></script>`) : undefined,
    true,
    undefined,
  ],
  [
    'an app that answers under the path as it is',
    () => page('Chat', '<script src="/app/a.js"></script>'),
    false,
    undefined,
  ],
  ['an API', ({ url }) => (url === '/v1/models' ? '{}' : undefined), true, undefined],
];

for (const [name, answer, stripPath, said] of cases)
  test(`under a path: ${name}`, async (t) => {
    mends(t, 'edge/E14-strip-path-without-prefix');
    const upstream = await startApp(t, answer);
    const finding = await findSubPath(upstream, { host: 'apps.test', path: '/app', stripPath }, { clock });
    if (said === undefined) return assert.equal(finding, undefined);
    const { message, cause, hint, severity } = findingReport(finding!, 'en');
    assert.match(`${message} ${cause} ${hint}`, said);
    assert.equal(severity, 'warning');
    const chinese = findingReport(finding!, 'zh');
    assert.doesNotMatch(`${chinese.message}${chinese.cause}${chinese.hint}`, /\b(?:does|route|start|the)\b/);
  });

test('the path of an API is not the path of a page', async (t) => {
  const upstream = await startApp(t, onlyRoot(page('LiteLLM API - Swagger UI')));
  for (const path of ['/v1', '/api'])
    assert.equal(await findSubPath(upstream, { host: 'apps.test', path, stripPath: false }, { clock }), undefined);
});

test('the app of the configuration counts, not its answers', async (t) => {
  const upstream = await startApp(t, onlyRoot(page('My notes')));
  const route = { host: 'apps.test', path: '/app', stripPath: true };
  const finding = await findSubPath(upstream, route, { clock }, profileOf('open-webui'));
  assert.equal(finding?.code, 'apps.path-impossible');
});

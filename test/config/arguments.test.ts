import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseError } from '../../src/base/messages.ts';
import { configurationFromArguments, type UpArguments } from '../../src/config/arguments.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { configError } from '../../src/config/messages.ts';
import { choices } from './choices.ts';

const files = new Map([['/work/here/everyhop.yaml', 'https_port: 1000\nsites: [{ host: a.test, upstream: 1 }]\n']]);

function read(given: UpArguments, cwd = '/work/here'): Promise<Configuration> {
  return configurationFromArguments(given, {
    choices,
    cwd,
    readText: async (file) => files.get(file) ?? Promise.reject(baseError('file.missing', { file })),
  });
}

async function mistakes(given: UpArguments): Promise<string[]> {
  const error = await read(given).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigurationError, String(error));
  return error.problems.map((problem) => problem.message);
}

for (const [text, host, port] of [
  ['7861', '127.0.0.1', 7861],
  [':7861', '127.0.0.1', 7861],
  ['127.0.0.1:7861', '127.0.0.1', 7861],
  ['localhost:7861', 'localhost', 7861],
  ['[::1]:7861', '::1', 7861],
  ['model_server:7861', 'model_server', 7861],
  ['http://0.0.0.0:7861/', '127.0.0.1', 7861],
  ['http://[::]:7861', '::1', 7861],
  ['http://model', 'model', 80],
] as const) {
  test(`accepts an app as ${text}`, async () => {
    const { sites } = await read({ upstream: text });
    assert.deepEqual(sites[0]!.hosts, ['localhost', '127.0.0.1', '::1']);
    assert.deepEqual(sites[0]!.routes, [
      { path: '/', upstreams: [{ protocol: 'http', host, port, basePath: '', rootFile: undefined }], stripPath: false },
    ]);
  });
}

test('names the argument of each mistake', async () => {
  assert.deepEqual(
    await mistakes({ upstream: 'x', hosts: ['a.test', 'a.*.test'], httpsPort: '70000', httpPort: 'no' }),
    [
      '--https-port: 70000 is not a port.',
      '--http-port: no is neither a port nor false.',
      '--host: a.*.test is not a valid wildcard.',
      'URL: x is not the URL of an app.',
    ],
  );
  assert.deepEqual(await mistakes({ upstream: '1', hosts: ['a.test', 'A.test'] }), [
    '--host: a.test appears more than once.',
  ]);
  assert.deepEqual(await mistakes({ upstream: '1', httpsPort: '80', httpPort: '80' }), [
    'HTTPS and plain HTTP both use port 80.',
  ]);
});

test('arguments override the named file or that of the current folder', async () => {
  const given = { httpsPort: '8443', httpPort: 'off', listen: ['::1'], workers: '3' };
  for (const config of ['everyhop.yaml', undefined]) {
    const configuration = await read({ ...given, config });
    assert.equal(configuration.file, '/work/here/everyhop.yaml');
    assert.equal(configuration.httpsPort, 8443);
    assert.equal(configuration.httpPort, false);
    assert.deepEqual(configuration.listen, ['::1']);
    assert.equal(configuration.workers, 3);
    assert.deepEqual(configuration.sites[0]!.hosts, ['a.test']);
  }
  assert.equal((await read({})).httpsPort, 1000);
  assert.deepEqual(await mistakes({ httpPort: '1000' }), ['HTTPS and plain HTTP both use port 1000.']);
  assert.deepEqual(await mistakes({ httpsPort: 'x' }), ['--https-port: x is not a port.']);
});

test('rejects an address from a manual as a host', async () => {
  const [mistake] = await mistakes({ upstream: '1', hosts: ['chat.test', '203.0.113.7'] });
  assert.equal(mistake, '--host: 203.0.113.7 is not the address of a server.');
});

test('rejects two sources, or none', async () => {
  const config = 'everyhop.yaml';
  await assert.rejects(read({ upstream: '1', config }), (error) => configError.is(error, 'config.two-sources'));
  await assert.rejects(read({ hosts: ['a.test'], config }), (error) => configError.is(error, 'config.two-sources'));
  await assert.rejects(read({}, '/elsewhere'), (error) => configError.is(error, 'config.no-source'));
  await assert.rejects(read({ config: 'none.yaml' }), (error) => baseError.is(error, 'file.missing'));
});

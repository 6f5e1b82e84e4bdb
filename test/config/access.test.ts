import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { configurationFromArguments } from '../../src/config/arguments.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { choices } from './choices.ts';

const file = path.resolve('/etc/everyhop/everyhop.yaml');

/** @param access the lines below `access:` of the site. */
function load(...access: string[]): Promise<Configuration> {
  const text = [
    'sites:',
    '  - host: chat.test',
    '    upstream: 7861',
    '    access:',
    ...access.map((line) => `      ${line}`),
  ];
  return loadConfiguration(file, { choices, readText: () => Promise.resolve(`${text.join('\n')}\n`) });
}

/** As `code@line:column value`, line 5 being the first below `access:`. */
async function mistakes(...access: string[]): Promise<string[]> {
  try {
    await load(...access);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems)
      for (const language of ['en', 'zh'] as const) {
        const { message, cause, hint } = problem.report(language);
        assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{(?!everyhop)\w+\}|undefined/, problem.code);
      }
    return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place?.line}:${place?.column}`);
  }
  return assert.fail('accepted');
}

test('keys, addresses and public paths; a route has its own instead', async () => {
  const { sites } = await load(
    'keys: true',
    'allow: [10.0.0.0/8, fe80::/10, 192.0.2.7]',
    'deny: [10.6.0.0/16]',
    'public: [/health]',
  );
  assert.deepEqual(sites[0]!.routes[0]!.access, {
    keys: true,
    allow: ['10.0.0.0/8', 'fe80::/10', '192.0.2.7/32'],
    deny: ['10.6.0.0/16'],
    public: ['/health'],
  });
  assert.deepEqual((await load('keys: [laptop, alice@example.com]')).sites[0]!.routes[0]!.access, {
    keys: ['laptop', 'alice@example.com'],
  });
});

test('every wrong value is reported with its place', async () => {
  assert.deepEqual(await mistakes('keys: yes please'), ['bad-access-keys@5:13']);
  assert.deepEqual(await mistakes('keys: false'), ['bad-access-keys@5:13']);
  assert.deepEqual(await mistakes('keys: { laptop: 60/min }'), ['bad-access-keys@5:13']);
  assert.deepEqual(await mistakes('keys: []'), ['empty-list@5:13']);
  assert.deepEqual(await mistakes('keys: [laptop, "my phone"]'), ['bad-key-name@5:22']);
  assert.deepEqual(await mistakes('kyes: true'), ['mistyped-key@5:7']);
  assert.deepEqual(await mistakes('key: true'), ['mistyped-key@5:7'], 'certificate has a key of this name');
  assert.deepEqual(await mistakes('url: http://a.test'), ['misplaced-key@5:7'], 'of forward_auth');
  const certificates = await mistakes('client_certificates: { subject: [CN=a] }');
  assert.deepEqual(certificates, ['access-without-certificates@5:28', 'mistyped-key@5:30']);
  assert.deepEqual(await mistakes('allow: [10.0.0.0/33]'), ['bad-cidr@5:15']);
  assert.deepEqual(await mistakes('allow: [10.0.0.1/8]'), ['cidr-host-bits@5:15']);
  assert.deepEqual(await mistakes('allow: ["fe80::1%eth0"]'), ['bad-cidr@5:15']);
  assert.deepEqual(await mistakes('allow: []'), ['empty-list@5:14']);
  assert.deepEqual(await mistakes('keys: true', 'public: [/health, /]'), ['all-public@6:25']);
  assert.deepEqual(await mistakes('keys: true', 'public: [health]'), ['bad-path@6:16']);
});

test('the flags of up mean the same, and belong to no file', async () => {
  const context = { cwd: '/', choices, readText: () => Promise.resolve('sites: [{ host: a.test, upstream: 80 }]') };
  const args = { upstream: '7861', accessKeys: true, allow: ['10.0.0.0/8'] };
  const { sites } = await configurationFromArguments(args, context);
  assert.deepEqual(sites[0]!.routes[0]!.access, { keys: true, allow: ['10.0.0.0/8'] });
  assert.equal(
    (await configurationFromArguments({ upstream: '7861' }, context)).sites[0]!.routes[0]!.access,
    undefined,
  );
  for (const flags of [{ accessKeys: true }, { allow: ['10.0.0.0/8'] }])
    await assert.rejects(configurationFromArguments({ config: 'x.yaml', ...flags }, context), {
      code: 'config.two-sources',
    });
  await assert.rejects(configurationFromArguments({ upstream: '7861', allow: ['10.0.0.0/99'] }, context), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(
      error.problems.map(({ code, params }) => [code, params['key']]),
      [['config.bad-cidr', '--allow']],
    );
    return true;
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { choices } from './choices.ts';

const load = (access: string): Promise<Configuration> =>
  loadConfiguration('/etc/everyhop/everyhop.yaml', {
    choices,
    readText: () => Promise.resolve(`sites:\n  - host: chat.test\n    upstream: 7861\n    access: { ${access} }\n`),
  });

/** As `code@column` of line 4. */
async function mistakes(access: string): Promise<string[]> {
  const error = await load(access).then(
    () => assert.fail(`accepted: ${access}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, String(error));
  for (const problem of error.problems) {
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint } = problem.report(language);
      assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{\w+\}|undefined/, problem.code);
    }
  }
  return error.problems.map(({ code, place }) => `${code.replace('config.', '')}@${place!.line}:${place!.column}`);
}

test('forward_auth: a URL with its path, a query and a unix socket; what oauth2-proxy needs by default', async () => {
  const read = async (access: string): Promise<unknown> => (await load(access)).sites[0]!.routes[0]!.access;
  const http = { protocol: 'http', host: '127.0.0.1', port: 4180, basePath: '' };
  const plain = { rootFile: undefined, copyHeaders: undefined };
  assert.deepEqual(await read('forward_auth: "http://127.0.0.1:4180/oauth2/auth"'), {
    forwardAuth: { ...plain, upstream: http, target: '/oauth2/auth', signIn: '/oauth2/sign_in' },
  });
  assert.deepEqual(await read('forward_auth: "https://auth.test/api/verify/?rd=https://auth.test/&x=1"'), {
    forwardAuth: {
      ...plain,
      upstream: { protocol: 'https', host: 'auth.test', port: 443, basePath: '' },
      target: '/api/verify/?rd=https://auth.test/&x=1',
      signIn: undefined,
    },
  });
  const mapping =
    'forward_auth: { url: "unix:/run/auth.sock:/check", copy_headers: [X-My-User], sign_in: "/in?to={url}" }';
  assert.deepEqual(await read(mapping), {
    forwardAuth: {
      upstream: { protocol: 'http', host: 'localhost', port: 80, socketPath: '/run/auth.sock', basePath: '' },
      rootFile: undefined,
      target: '/check',
      copyHeaders: ['x-my-user'],
      signIn: '/in?to={url}',
    },
  });
});

test('users and forward_auth: every wrong value has its place', async () => {
  const cases: Record<string, string[]> = {
    'users: [a]': ['not-text@4:22'],
    'user: a': ['mistyped-key@4:15'],
    'forward_auth: 5': ['bad-forward-auth@4:29'],
    'forward_auth: "htp://x"': ['upstream-scheme@4:29'],
    'forward_auth: "http://u:p@127.0.0.1/x"': ['upstream-credentials@4:29'],
    'forward_auth: "https://auth.test/#x"': ['upstream-suffix@4:29'],
    'forward_auth: "https://auth.test/?a b"': ['bad-forward-auth@4:29'],
    'forward_auth: { copy_headers: [X] }': ['missing-key@4:29'],
    'forward_auth: { url: 4180 }': ['not-text@4:36'],
    'forward_auth: { url: "http://a/b", copy_header: [X] }': ['mistyped-key@4:50'],
    'forward_auth: { url: "http://a/b", copy_headers: [] }': ['empty-list@4:64'],
    'forward_auth: { url: "http://a/b", copy_headers: [Host, "a b", Cookie] }': [
      'bad-copied-header@4:65',
      'bad-copied-header@4:71',
      'bad-copied-header@4:78',
    ],
    'forward_auth: { url: "http://a/b", sign_in: "javascript:alert(1)" }': ['bad-sign-in@4:59'],
    'forward_auth: { url: "http://a/b", sign_in: "//evil.test" }': ['bad-sign-in@4:59'],
  };
  for (const [access, expected] of Object.entries(cases)) assert.deepEqual(await mistakes(access), expected, access);
});

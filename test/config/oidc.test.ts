import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { EveryhopError } from '../../src/base/errors.ts';
import { baseError } from '../../src/base/messages.ts';
import { requireFiles } from '../../src/config/build.ts';
import type { Configuration, Oidc } from '../../src/config/configuration.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { choices } from './choices.ts';

const file = path.resolve('/etc/everyhop/everyhop.yaml');
const files: Record<string, string> = { '/etc/everyhop/secret': 's3cret\n', '/etc/everyhop/empty': ' \n' };

function load(oidc: string): Promise<Configuration> {
  const lines = oidc.split('\n').map((line) => `        ${line}`);
  const text = `sites:\n  - host: chat.test\n    upstream: 7861\n    access:\n      oidc:\n${lines.join('\n')}\n`;
  return loadConfiguration(file, {
    choices,
    readText: (name) => {
      const found = name === file ? text : files[name];
      return found === undefined ? Promise.reject(baseError('file.missing', { file: name })) : Promise.resolve(found);
    },
  });
}

async function settings(oidc: string): Promise<Oidc> {
  return (await load(oidc)).sites[0]!.routes[0]!.access!.oidc!;
}

/** As `code@line:column`. */
async function mistakes(oidc: string): Promise<string[]> {
  try {
    requireFiles(await load(oidc), file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems)
      for (const language of ['en', 'zh'] as const) {
        const { message, cause, hint } = problem.report(language);
        assert.doesNotMatch(`${message} ${cause} ${hint}`, /\{(?!everyhop)\w+\}|undefined/, problem.code);
      }
    return error.problems.map(
      ({ code, place }: EveryhopError) => `${code.replace('config.', '')}@${place?.line}:${place?.column}`,
    );
  }
  return assert.fail('accepted');
}

const least = 'issuer: https://id.test\nclient_id: everyhop\n';

test('a provider, a client and who may come in suffice', async () => {
  const found = await settings(
    `${least}client_secret_file: secret\nallow: { emails: [Ann@Example.com], domains: [Example.ORG] }`,
  );
  assert.equal(found.issuer, 'https://id.test');
  assert.deepEqual(found.allow, { emails: ['ann@example.com'], domains: ['example.org'], groups: [] });
  assert.equal(found.sessionMs, 12 * 60 * 60 * 1000);
  assert.equal(found.groupsClaim, 'groups');
  assert.deepEqual(found.clientSecretFile!.file, '/etc/everyhop/secret');
  assert.equal((await settings(`${least}allow: everyone\nsession: 30m`)).sessionMs, 30 * 60 * 1000);
});

const wrong: [oidc: string, found: string[]][] = [
  [least, ['missing-key@6:9']],
  [`${least}allow: {}`, ['bad-oidc-allow@8:16']],
  [`${least}allow: anyone`, ['bad-oidc-allow@8:16']],
  [`${least}allow: { emails: [ann] }`, ['bad-account@8:27']],
  [`${least}allow: { domains: ["*.example.com"] }`, ['bad-email-domain@8:28']],
  [`${least}allow: { emials: [ann@example.com] }`, ['mistyped-key@8:18']],
  [`${least}allow: { email: [ann@example.com] }`, ['mistyped-key@8:18']],
  ['issuer: http://id.test\nclient_id: everyhop\nallow: everyone', ['bad-issuer@6:17']],
  ['issuer: https://u:p@id.test\nclient_id: everyhop\nallow: everyone', ['bad-issuer@6:17']],
  ['issuer: https://id.test?x\nclient_id: ""\nallow: everyone', ['bad-issuer@6:17', 'bad-client-id@7:20']],
  [`${least}allow: everyone\nsession: 12`, ['bad-duration@9:18']],
  [`${least}allow: everyone\nsession: 90d`, ['duration-range@9:18']],
  [`${least}allow: everyone\nscopes: [openid email]`, ['bad-scope@9:18']],
  [`${least}allow: everyone\nroots: ./id.pem`, ['mistyped-key@9:9']],
  [`${least}allow: everyone\nclient_secret: abc`, ['mistyped-key@9:9']],
  [`${least}allow: everyone\nclient_secret_file: empty`, ['secret-empty@9:29']],
];

test('every mistake has its place, and says what to write instead', async () => {
  for (const [oidc, found] of wrong) assert.deepEqual(await mistakes(oidc), found, oidc);
});

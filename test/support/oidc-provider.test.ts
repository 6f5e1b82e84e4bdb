/** The provider itself, with the client library that Everyhop uses. */
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startProvider } from './oidc-provider.ts';

const redirectUri = 'https://chat.test/everyhop/callback';

test('the test provider announces itself over verified HTTPS and stops and starts again', async (t) => {
  const provider = await startProvider(t, { accounts: {}, redirectUris: [redirectUri] });
  const discover = async (): Promise<Record<string, unknown>> => {
    const url = `${provider.issuer}/.well-known/openid-configuration`;
    const asked = request(url, { ca: provider.rootPem, agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return JSON.parse(await text(answer)) as Record<string, unknown>;
  };
  const metadata = await discover();
  assert.equal(metadata['issuer'], provider.issuer);
  assert.ok((metadata['code_challenge_methods_supported'] as string[]).includes('S256'));
  assert.ok(typeof metadata['end_session_endpoint'] === 'string');
  await provider.stop();
  await assert.rejects(discover(), { code: 'ECONNREFUSED' });
  await provider.start();
  assert.equal((await discover())['issuer'], provider.issuer);
});

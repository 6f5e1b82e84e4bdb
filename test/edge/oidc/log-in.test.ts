/** Log-in at a real provider, by a visitor without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mirrored, startLogIn } from './log-in.ts';
import { Visitor } from './visitor.ts';

test('a page visit leads to the provider and back to the page, and the app learns who it is', async (t) => {
  const { url, provider, edge } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  const page = `${url}/chat/7?model=a&x=%2F`;
  const first = await visitor.visit(page);
  assert.equal(first.status, 302);
  assert.ok(first.location.startsWith(`${url}/everyhop/login?return=`), 'the provider is not known yet');
  const start = await visitor.visit(first.location);
  assert.ok(start.location.startsWith(`${provider.issuer}/auth?`), start.location);
  const asked = new URL(start.location).searchParams;
  assert.equal(asked.get('code_challenge_method'), 'S256');
  assert.equal(asked.get('redirect_uri'), `${url}/everyhop/callback`);
  const second = await visitor.visit(page);
  assert.ok(second.location.startsWith(`${provider.issuer}/auth?`), 'now it is');

  const end = await visitor.follow(page, 'ann');
  assert.equal(end.status, 200, end.body);
  assert.equal(end.url, page);
  const { headers } = JSON.parse(end.body) as Mirrored;
  assert.equal(headers['x-forwarded-user'], 'Ann@Example.com');
  assert.equal(headers['x-forwarded-email'], 'Ann@Example.com');
  assert.equal(headers['x-forwarded-preferred-username'], 'ann');
  assert.equal(headers['x-forwarded-groups'], 'staff,chat');
  assert.equal(headers['cookie'], undefined, 'our cookies do not reach the app');
  assert.equal(edge.log.at(-1)!.user, 'oidc Ann@Example.com');
});

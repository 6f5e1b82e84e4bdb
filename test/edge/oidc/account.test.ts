import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, isAllowed } from '../../../src/edge/access/oidc/account.ts';
import { Seal } from '../../../src/edge/access/oidc/seal.ts';
import { identityOf, newSession, openSession, sealSession } from '../../../src/edge/access/oidc/session.ts';
import { cookieKey } from './log-in.ts';

test('groups come from a claim by name or path; names that would read as several are left out', () => {
  const groups = (claims: Record<string, unknown>, claim = 'groups'): string[] =>
    accountOf('ann', [claims], claim)!.groups;
  assert.deepEqual(groups({ groups: ['staff', 'chat', 'staff'] }), ['staff', 'chat']);
  assert.deepEqual(groups({ groups: 'staff' }), ['staff']);
  assert.deepEqual(groups({ realm_access: { roles: ['chat'] } }, 'realm_access.roles'), ['chat']);
  assert.deepEqual(groups({ 'https://a.test/groups': ['chat'] }, 'https://a.test/groups'), ['chat']);
  const odd = ['a,admins', 'a\r\nX-Forwarded-User: root', '', '  ', 7, null, { admins: true }, ['admins'], 'ok'];
  assert.deepEqual(groups({ groups: odd }), ['ok']);
  for (const claim of [undefined, 7, {}, null]) assert.deepEqual(groups({ groups: claim }), []);
  assert.deepEqual(groups({}, '__proto__.constructor'), []);
});

test('an address counts unless the provider says that it is not verified; its case does not matter', () => {
  const allow = { emails: ['ann@example.com'], domains: ['partner.test'], groups: [] };
  const allows = (claims: Record<string, unknown>): boolean => isAllowed(accountOf('x', [claims], 'groups')!, allow);
  assert.ok(allows({ email: 'Ann@Example.com' }));
  assert.ok(allows({ email: 'ann@example.com', email_verified: 'true' }));
  assert.ok(allows({ email: 'bob@PARTNER.test', email_verified: true }));
  for (const claims of [
    { email: 'ann@example.com', email_verified: false },
    { email: 'ann@example.com', email_verified: 'false' },
    { email: 'ann@example.com', email_verified: null },
    { email: ['ann@example.com'] },
    { email: 'bob@sub.partner.test' },
    { email: 'bob@partner.test@evil.test' },
    { email: 'ann@example.com\r\nx' },
    { preferred_username: 'ann@example.com' },
    {},
  ])
    assert.ok(!allows(claims), JSON.stringify(claims));
  // Some providers put the address into the ID token, and only the userinfo endpoint says whether it is verified.
  const later = accountOf('x', [{ email: 'ann@example.com' }, { email_verified: false }], 'groups')!;
  assert.equal(later.unverifiedEmail, 'ann@example.com');
  assert.ok(!isAllowed(later, allow));
});

test('with too many groups for a cookie, those that the configuration names remain', () => {
  const groups = Array.from({ length: 400 }, (_, at) => `group-${at}-of-a-large-company`);
  const seal = new Seal([cookieKey()], 'test');
  const session = newSession({ sub: 'ann', groups }, 1000, 0);
  const value = sealSession(session, seal, 'chat.test', ['group-7-of-a-large-company', 'other']);
  assert.ok(value.length < 3800);
  assert.deepEqual(openSession(value, seal, 'chat.test', 0)!.account.groups, ['group-7-of-a-large-company']);
  assert.equal(openSession(value, seal, 'other.test', 0), undefined);
  assert.equal(openSession(value, seal, 'chat.test', 1000), undefined, 'ended');
  assert.equal(openSession(value, new Seal([cookieKey()], 'test'), 'chat.test', 0), undefined);
});

test('names reach the app as UTF-8', () => {
  const { fields } = identityOf(newSession({ sub: 'ann', preferredUsername: '安妮', groups: ['组'] }, 1000, 0), 'c');
  assert.deepEqual(
    fields.map((field) => Buffer.from(field, 'latin1').toString()),
    ['X-Forwarded-Preferred-Username', '安妮', 'X-Forwarded-Groups', '组'],
  );
});

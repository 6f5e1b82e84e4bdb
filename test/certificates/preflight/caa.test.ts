import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CaaFacts,
  type CaaRecord,
  type CaaRequest,
  findCaa,
  judgeCaa,
  lookUpInZone,
} from '../../../src/certificates/preflight/caa.ts';
import { startBind } from '../../support/bind.ts';
import { without } from '../../support/tools.ts';
import { complaints, dnsOf, own } from './support.ts';

const skip = without('bind');

function caa(...records: string[]): CaaFacts {
  const read = (text: string): CaaRecord => {
    const [flags = '', tag = '', ...value] = text.split(' ');
    return { critical: flags === '128', tag, value: value.join(' ') };
  };
  return { found: 'records', at: 'example.com', records: records.map(read) };
}

const request: CaaRequest = {
  identities: ['ca.test', 'www.ca.test'],
  accountUri: 'https://ca.test/1',
  method: 'http-01',
  isWildcard: false,
};

test('CAA: permitted authorities, accounts and methods', () => {
  const table: [string, CaaFacts, Partial<CaaRequest>, string | undefined][] = [
    ['no records', { found: 'none' }, {}, undefined],
    ['ours', caa('0 issue ca.test'), {}, undefined],
    ['ours, by its second name, in capitals', caa('0 issue WWW.CA.test'), {}, undefined],
    ['ours among others', caa('0 issue other.test', '0 issue ca.test'), {}, undefined],
    ['another', caa('0 issue other.test'), {}, 'error preflight.caa-forbids'],
    ['nobody', caa('0 issue ;'), {}, 'error preflight.caa-forbids'],
    ['only an email address', caa('0 iodef mailto:a@b'), {}, undefined],
    ['a malformed value permits no authority', caa('0 issue ca.test; no sign'), {}, 'error preflight.caa-forbids'],
    ['a known critical tag', caa('128 issue ca.test'), {}, undefined],
    ['an unknown critical tag', caa('0 issue ca.test', '128 new x'), {}, 'error preflight.caa-critical'],
    ['an unknown tag that is not critical', caa('0 issue ca.test', '0 new x'), {}, undefined],
    [
      'issuewild applies to wildcards',
      caa('0 issue ca.test', '0 issuewild ;'),
      { isWildcard: true },
      'error preflight.caa-forbids',
    ],
    ['issuewild does not apply to names', caa('0 issue ca.test', '0 issuewild ;'), {}, undefined],
    [
      'without issuewild, wildcards follow issue',
      caa('0 issue other.test'),
      { isWildcard: true },
      'error preflight.caa-forbids',
    ],
    ['only wildcards are restricted', caa('0 issuewild other.test'), {}, undefined],
    ['our account', caa('0 issue ca.test; accounturi=https://ca.test/1'), {}, undefined],
    ['another account', caa('0 issue ca.test; accounturi=https://ca.test/2'), {}, 'error preflight.caa-account'],
    [
      'no account yet',
      caa('0 issue ca.test; accounturi=https://ca.test/2'),
      { accountUri: undefined },
      'warning preflight.caa-account',
    ],
    [
      'two accounts in one record',
      caa('0 issue ca.test; accounturi=https://ca.test/1; accounturi=x'),
      {},
      'error preflight.caa-account',
    ],
    [
      'two records, one account each',
      caa('0 issue ca.test; accounturi=x', '0 issue ca.test;accounturi=https://ca.test/1'),
      {},
      undefined,
    ],
    ['our method', caa('0 issue ca.test; validationmethods=dns-01,http-01'), {}, undefined],
    ['another method', caa('0 issue ca.test; validationmethods=dns-01'), {}, 'error preflight.caa-method'],
    [
      'account here, method there',
      caa('0 issue ca.test; accounturi=https://ca.test/1; validationmethods=dns-01', '0 issue ca.test; accounturi=x'),
      {},
      'error preflight.caa-method',
    ],
    ['an authority without CAA identities', caa('0 issue other.test'), { identities: [] }, undefined],
    [
      'unreadable',
      { found: 'unreadable', at: 'example.com', detail: 'SERVFAIL' },
      {},
      'error preflight.caa-unreadable',
    ],
  ];
  for (const [what, facts, more, expected] of table) {
    assert.deepEqual(complaints([judgeCaa('www.example.com', facts, { ...request, ...more })])[0], expected, what);
  }
});

test('finds CAA up the tree and through aliases', { skip }, async (t) => {
  const bind = await startBind(t, {
    options: 'recursion yes; allow-recursion { any; }; forward only; forwarders { 127.0.0.1 port 1; };',
    zones: [
      {
        name: 'example.test',
        records: [
          ...own,
          '@ CAA 0 issue "up.test"',
          'a.b A 127.0.0.1',
          'alias CNAME there.other.test.',
          'near CAA 0 issue "near.test"',
        ],
      },
      { name: 'other.test', records: [...own, '@ CAA 0 issue "wrong.test"', 'there CAA 0 issue "there.test"'] },
      {
        name: 'plain.test',
        records: [
          ...own,
          'alias CNAME there.other.test.',
          'below.alias2 A 127.0.0.1',
          'alias3 CNAME nothing.other.test.',
        ],
      },
    ],
  });
  const dns = dnsOf(bind);
  const at = async (name: string): Promise<unknown> => {
    const found = await findCaa(name, lookUpInZone(await dns.zoneOf(name), dns));
    // No server answers at the root of this test's DNS.
    return found.found === 'records' ? [found.at, found.records[0]!.value] : found.found;
  };
  assert.deepEqual(await at('a.b.example.test'), ['example.test', 'up.test']);
  assert.deepEqual(await at('x.near.example.test'), ['near.example.test', 'near.test']);
  assert.deepEqual(await at('alias.example.test'), ['alias.example.test', 'there.test']);
  // RFC 8659 §3: from an alias without CAA, the climb continues at the name, not at the target.
  assert.equal(await at('alias3.plain.test'), 'unreadable');
});

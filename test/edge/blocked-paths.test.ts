import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicPaths } from '../../src/edge/access/public-paths.ts';
import { compile, type RouteChoice } from '../../src/edge/routing.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from '../../src/edge/snapshot.ts';
import * as fc from '../support/fast-check.ts';
import { mends } from '../support/outside.ts';
import { without } from '../support/tools.ts';
import { route, site, upstreamAt } from './edge.ts';
import { startReaders } from './path-readers.ts';

function choose(target: string, more: Partial<EdgeSite>, paths = ['/']): RouteChoice {
  const routes = paths.map((path, index) => route(upstreamAt(index + 1), { path, stripPath: path !== '/' }));
  const one = site(['chat.test'], routes, more);
  return compile({ sites: [one] } as unknown as EdgeSnapshot).route(one, target);
}

/** The route /admin and what is below it need a key; the same app leaves that to the edge. */
function chooseGuarded(target: string, more: Partial<EdgeRoute> = {}): RouteChoice {
  const app = upstreamAt(1);
  const routes = [route(app), route(app, { path: '/admin', access: { keys: true }, ...more })];
  const one = site(['chat.test'], routes);
  return compile({ sites: [one] } as unknown as EdgeSnapshot).route(one, target);
}

const isClosed = (choice: RouteChoice): boolean => choice === 'blocked' || choice === 'ambiguous';

/** Each kind of spelling once. */
const spellings = [
  '/admin',
  '/Admin',
  '/%61dmin',
  '/%2561dmin',
  '/%252561dmin',
  '/admin/',
  '//admin',
  '/./admin',
  '/x/../admin',
  '/admin/../admin',
  '/x/%2e%2e/admin',
  '/x%2f..%2fadmin',
  '/\\admin',
  '/x\\..\\admin',
  '/%5cadmin',
  '/admin;x',
  '/;x/admin',
  '/admin%3bx',
  '/admin%20',
  '/%20admin',
  '/admin%09',
  '/admin.',
  '/admin%2e',
  '/admin.%20.',
  '/admin%00',
  '/admin%2500',
  '/admin%23x',
  '/admin%3fx',
  '/%EF%BD%81dmin',
  '/%C1%A1dmin',
  '/x/.. /admin'.replace(' ', '%20'),
];

test('a block closes every spelling that a program may take for the path, and leaves others alone', () => {
  for (const target of spellings) assert.ok(isClosed(choose(target, { block: ['/admin'] })), target);
  for (const target of [
    '/administrator',
    '/admins',
    '/x/admin',
    '/admin-x',
    '/admin.json',
    '/adm',
    '/?/admin',
    '/%E4%BD%A0',
  ])
    assert.equal(typeof choose(target, { block: ['/admin'] }), 'object', target);
  // A configured path is taken literally.
  assert.equal(typeof choose('/a', { block: ['/a%3Fb'] }), 'object');
  assert.equal(choose('/a%3fb', { block: ['/a%3Fb'] }), 'blocked');
  assert.equal(choose('/a.', { block: ['/a.'] }), 'blocked');
});

test('an exception opens its exact spelling alone', () => {
  const rules = { block: ['/admin'], allow: ['/admin/public'] };
  assert.equal(typeof choose('/admin/public/x', rules), 'object');
  for (const ending of [
    '%20',
    '.',
    '%00',
    '%2e%2e',
    '/..',
    '/../x',
    '%2f..%2fx',
    ';/../x',
    '/%252e%252e/x',
    '\\..\\x',
    '%23/../x',
  ])
    assert.ok(isClosed(choose(`/admin/public${ending}`, rules)), ending);
  for (const target of ['/admin/Public', '/admin/%EF%BD%90ublic', '//admin/x/../secret'])
    assert.ok(isClosed(choose(target, rules)), target);
});

test('no reading of a path leads from an open route to one with access', () => {
  const app = upstreamAt(1);
  const one = site(
    ['chat.test'],
    [
      route(app, { access: { keys: true } }),
      route(app, { path: '/health', access: {} }),
      route(app, { path: '/v1.', access: {} }),
    ],
  );
  const at = (target: string): RouteChoice => compile({ sites: [one] } as unknown as EdgeSnapshot).route(one, target);
  for (const target of [
    '/health/..%20/admin',
    '/health/%20../admin',
    '/health/.%2e%20/admin',
    '/health/x/..%20/..%20/',
  ])
    assert.equal(at(target), 'ambiguous', target);
  for (const target of ['/health', '/health/', '/health/x.', '/health/..x', '/health/x/..%20/y', '/v1.', '/v1./x'])
    assert.deepEqual((at(target) as EdgeRoute).access, {}, target);
});

test('odd spellings do not cost one look through long lists of addresses each', () => {
  let looks = 0;
  const toJSON = (): object => {
    looks += 1;
    return { keys: true };
  };
  const access = { keys: true as const, toJSON };
  const app = upstreamAt(1);
  const one = site(
    ['chat.test'],
    [route(app, { access }), route(app, { path: '/admin', access }), route(app, { path: '/open', access: {} })],
  );
  const router = compile({ sites: [one] } as unknown as EdgeSnapshot);
  router.route(one, '/ADMIN');
  const first = looks;
  router.route(one, '/ADMIN;a/%2e/;b/..//%3b/x');
  assert.equal(looks, first);
});

test('a route with access holds for every spelling; others get what they ask for', () => {
  for (const target of spellings) {
    const choice = chooseGuarded(target);
    assert.ok(isClosed(choice) || (choice as EdgeRoute).access, target);
  }
  for (const target of ['/administrator', '/x/admin', '/admin-x', '/', '/?/admin', '/%E4%BD%A0', '/a.b/c.'])
    assert.equal((chooseGuarded(target) as EdgeRoute).path, '/', target);
  assert.equal((chooseGuarded('/admin/x') as EdgeRoute).path, '/admin');
  // Routes that admit the same visitors are none's business.
  assert.equal((chooseGuarded('/Admin', { access: undefined }) as EdgeRoute).path, '/');
});

test('with a laxer route inside a stricter one, only the exact spelling gets it', () => {
  const app = upstreamAt(1);
  const access = { keys: true as const };
  const routes = [
    route(app, { access }),
    route(app, { path: '/open' }),
    route(app, { path: '/open/Inner', access: { keys: ['one'] } }),
  ];
  const one = site(['chat.test'], routes);
  const choice = (target: string): string => {
    const found = compile({ sites: [one] } as unknown as EdgeSnapshot).route(one, target);
    return typeof found === 'object' ? found.path : String(found);
  };
  assert.equal(choice('/open/x'), '/open');
  assert.equal(choice('/Open/x'), '/');
  assert.equal(choice('/open/Inner/x'), '/open/Inner');
  for (const target of [
    '/open/inner',
    '/open/inner./x',
    '/open/%49NNER',
    '/Open/Inner',
    '/open/x/../Inner',
    '/open/.%2E/x',
  ])
    assert.equal(choice(target), 'ambiguous', target);
});

const slash = fc.constantFrom(
  '/',
  '/',
  '/',
  '//',
  '/./',
  '/x/../',
  '/x/..;/',
  '\\',
  '%2f',
  '%5C',
  '%252f',
  '/%2e/',
  '/;a/',
  '/%20../',
);
const letter = (character: string): fc.Arbitrary<string> => {
  const hex = character.charCodeAt(0).toString(16);
  return fc.constantFrom(
    character,
    character,
    character,
    character.toUpperCase(),
    `%${hex}`,
    `%25${hex}`,
    `%2525${hex}`,
  );
};
const word = (text: string): fc.Arbitrary<string> =>
  fc.tuple(...text.split('').map(letter)).map((letters) => letters.join(''));
const ending = fc.constantFrom(
  '',
  '',
  '/',
  '%20',
  '.',
  '%2e',
  ';x=1',
  '%3Bx',
  '/.',
  '/..',
  '/../admin',
  '%09',
  '%23',
  '%3f',
  '?x',
  '/%2e%2e/secret',
  '%c0%af',
  '%2f',
  '/x',
);
const spelling = fc
  .tuple(
    slash,
    fc.constantFrom('', '', 'x', 'admin/..'),
    slash,
    word('admin'),
    fc.option(fc.tuple(slash, word('public')), { nil: ['', ''] }),
    ending,
  )
  .map(
    ([first, before, second, admin, [third, rest], end]) =>
      `${first}${before}${before === '' ? '' : second}${admin}${third}${rest}${end}`,
  )
  .filter((target) => target.startsWith('/'));

test(
  'no spelling that a real app takes for a blocked path gets through',
  { skip: without('gradio', 'go', 'nginx'), timeout: 300_000 },
  async (t) => {
    const measured = mends(t, 'attack/path-spelling');
    const readers = await startReaders(t);
    const isPublic = publicPaths(['/admin/public']);
    const targets = [...new Set([...spellings, ...fc.sample(spelling, 700)])];
    let read = 0;
    for (const [name, ask] of readers) {
      const answers = await Promise.all(targets.map(ask));
      for (const [index, answer] of answers.entries()) {
        const target = targets[index]!;
        const where = `${name} reads ${target} as ${answer}`;
        if (answer === 'admin' || answer === 'public') {
          read += 1;
          assert.ok(isClosed(choose(target, { block: ['/admin'] })), where);
          const guarded = chooseGuarded(target);
          assert.ok(isClosed(guarded) || (guarded as EdgeRoute).access, `${where}, but nobody needs a key`);
        }
        if (answer === 'admin') {
          assert.ok(!isPublic(target.split('?', 1)[0]!), `${where}, but it is public`);
          const choice = choose(target, { block: ['/admin'], allow: ['/admin/public'] });
          assert.ok(isClosed(choice), `${where}, but it is allowed`);
          // The route of that path, or none.
          const routed = choose(target, {}, ['/', '/admin']);
          assert.ok(
            isClosed(routed) || (routed as { path: string }).path === '/admin',
            `${where}, but another app gets it`,
          );
        }
      }
      const curated = spellings.filter((target) => ['admin', 'public'].includes(answers[targets.indexOf(target)]!));
      t.diagnostic(`${name}: ${curated.join(' ')}`);
    }
    // Of some 800 spellings, 330 on average; the seed decides.
    measured['programs'] = readers.size;
    assert.ok(read > 200, `${read} spellings were read as the path`);
  },
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { mends } from '../support/outside.ts';
import { hashPassword, type PasswordHash, readHash, verifyPassword } from '../../src/passwords/hash.ts';

/** crypt(3) of the machine, libxcrypt on Debian. */
async function crypt(password: string, setting: string): Promise<string> {
  const { stdout } = await execute('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', password, setting]);
  return stdout;
}

function usable(text: string): PasswordHash {
  const hash = readHash(text);
  assert.ok(typeof hash !== 'string', `${text} is ${JSON.stringify(hash)}`);
  return hash;
}

const passwords = ['x', 'correct horse battery staple', 'pässwörd 密码', 'a'.repeat(72), 'long '.repeat(40)];

test('verifies what crypt(3) makes: SHA-512, SHA-256, bcrypt, MD5', async () => {
  const settings = [
    '$6$saltstring$',
    '$6$rounds=1234$a-long-salt-cut-at-16$',
    '$5$x$',
    '$5$rounds=1000$fewest$',
    '$1$abcdefgh$',
    '$2b$04$abcdefghijklmnopqrstuu',
    '$2y$05$./ABCDEFGHIJKLMNOPQRSO',
    '$2a$04$abcdefghijklmnopqrstuu',
  ];
  for (const setting of settings) {
    for (const password of passwords) {
      const made = await crypt(password, setting);
      assert.ok(made.startsWith(setting.slice(0, 3)), `${setting} ${made}`);
      const hash = usable(made);
      assert.equal(await verifyPassword(hash, Buffer.from(password)), true, `${made} of "${password}"`);
      assert.equal(await verifyPassword(hash, Buffer.from(`${password.slice(0, 40)}!`)), false, made);
    }
  }
});

test("verifies Apache's MD5, as openssl makes it", async () => {
  for (const password of passwords) {
    const { stdout } = await execute('openssl', ['passwd', '-apr1', '-salt', 'Zz19.', password]);
    const hash = usable(stdout.trim());
    assert.equal(await verifyPassword(hash, Buffer.from(password)), true, `${stdout} of "${password}"`);
    assert.equal(await verifyPassword(hash, Buffer.from('other')), false);
  }
});

test('verifies Argon2id, Argon2i and Argon2d, as the reference implementation makes them', async () => {
  // From its test.c: "password" with the salt "somesalt".
  const vectors = [
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
  ];
  for (const vector of vectors) {
    assert.equal(await verifyPassword(usable(vector), Buffer.from('password')), true, vector);
    assert.equal(await verifyPassword(usable(vector), Buffer.from('Password')), false, vector);
  }
  const own = hashPassword(Buffer.from('密码'));
  assert.match(own, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(usable(own), Buffer.from('密码')), true);
  assert.notEqual(hashPassword(Buffer.from('密码')), own, 'a new salt each time');
});

test('refuses weak, unknown, damaged and costly hashes', async (t) => {
  const measured = mends(t, 'attack/costly-hash');
  const b53 = 'a'.repeat(53);
  const cases: Record<string, string> = {
    secret: 'plain',
    '{PLAIN}secret': 'plain',
    '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=': 'weak',
    '{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr': 'weak',
    rqXexS6ZhobKA: 'weak',
    '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7': 'unknown',
    $7$abc: 'unknown',
    $: 'unknown',
    [`$2x$05$${b53}`]: 'unknown',
    [`$2y$15$${b53}`]: 'costly',
    [`$2y$31$${b53}`]: 'costly',
    [`$2y$99$${b53}`]: 'damaged',
    [`$2y$05$${b53.slice(1)}`]: 'damaged',
    [`$6$rounds=999999999$salt$${'a'.repeat(86)}`]: 'costly',
    [`$6$salt$${'a'.repeat(85)}`]: 'damaged',
    [`$6$rounds=10$salt$${'a'.repeat(86)}`]: 'damaged',
    $apr1$abc$short: 'damaged',
    [`$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$${'a'.repeat(43)}`]: 'costly',
    [`$argon2id$v=19$m=262144,t=4000000000,p=1$c29tZXNhbHQ$${'a'.repeat(43)}`]: 'costly',
    [`$argon2id$v=19$m=4,t=1,p=1$c29tZXNhbHQ$${'a'.repeat(43)}`]: 'damaged',
    [`$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$${'a'.repeat(43)}`]: 'damaged',
  };
  for (const [text, problem] of Object.entries(cases)) assert.equal(readHash(text), problem, text);
  Object.assign(measured, { forms: Object.values(cases).filter((problem) => problem === 'costly').length });
});

test('a password of a megabyte, an empty one, or one with a NUL is wrong without a computation', async () => {
  const empty = usable(await crypt('', '$6$saltstring$'));
  assert.equal(await verifyPassword(empty, Buffer.alloc(0)), false);
  const hash = usable(hashPassword(Buffer.from('a')));
  assert.equal(await verifyPassword(hash, Buffer.alloc(1 << 20, 97)), false);
  assert.equal(await verifyPassword(hash, Buffer.from('a\0')), false);
});

test('a computation of a second holds the event loop for milliseconds', async () => {
  const hashes = [usable(`$6$rounds=200000$salt$${'a'.repeat(86)}`), usable(`$2y$12$${'a'.repeat(53)}`)];
  for (const hash of hashes) {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    assert.equal(await verifyPassword(hash, Buffer.from('wrong')), false);
    isOver = true;
    assert.ok(turns > 50, `${turns} turns of the event loop`);
  }
});

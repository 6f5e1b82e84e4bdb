/** The stores of Windows and macOS, with a stand-in for their programs: nothing here has run on those systems. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Execute } from '../../src/base/process.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot, storesOf, trustedRoots, uninstallRoots } from '../../src/trust/install.ts';
import type { Root } from '../../src/trust/store.ts';
import { testRandom } from '../support/seed.ts';

async function newRoot(): Promise<Root & { der: Buffer }> {
  const options = { clock: systemClock, random: testRandom, names: [] };
  const authority = await Authority.open(await openSqlite(':memory:'), options);
  const pem = authority.rootPem();
  return { pem, fingerprint: authority.rootFingerprint(), der: new X509Certificate(pem).raw };
}

const sha1 = (der: Buffer): string => createHash('sha1').update(der).digest('hex');
const done = { code: 0, signal: null, stdout: '', stderr: '' };

/** Windows with its two root stores. */
function windows(isElevated: boolean, stores: Record<string, Buffer[]>): { execute: Execute; calls: string[] } {
  const calls: string[] = [];
  const execute: Execute = async (program, args) => {
    const name = program.split('\\').at(-1)!;
    calls.push([name, ...args.map((arg) => (arg.endsWith('.pem') ? 'FILE' : arg))].join(' '));
    if (name === 'net.exe') return { ...done, code: isElevated ? 0 : 2 };
    if (name === 'powershell.exe') {
      const store = /Cert:\\(\S+) /.exec(args.at(-1)!)![1]!;
      return { ...done, stdout: stores[store]!.map((der) => `${der.toString('base64')}\r\n`).join('') };
    }
    assert.equal(name, 'certutil.exe');
    const store = stores[args[0] === '-user' ? 'CurrentUser\\Root' : 'LocalMachine\\Root']!;
    if (args.includes('-addstore')) store.push(new X509Certificate(readFileSync(args.at(-1)!)).raw);
    else {
      const at = store.findIndex((der) => sha1(der) === args.at(-1));
      if (at < 0) return { ...done, code: 1, stdout: 'CertUtil: -delstore command FAILED: 0x80090011' };
      store.splice(at, 1);
    }
    return done;
  };
  return { execute, calls };
}

test('Windows: adds the root to the store of the machine or the user, reads it back, and removes exactly that', async () => {
  const [root, foreign] = [await newRoot(), await newRoot()];
  for (const isElevated of [true, false]) {
    const stores = { 'LocalMachine\\Root': [foreign.der], 'CurrentUser\\Root': [foreign.der] };
    const { execute, calls } = windows(isElevated, stores);
    const all = storesOf({ execute, env: {}, homes: [], platform: 'win32' }).filter(({ name }) => name !== 'java');
    const context = { stores: all, stateFolder: '/state', database: await openSqlite(':memory:'), clock: systemClock };
    const location = isElevated ? 'LocalMachine\\Root' : 'CurrentUser\\Root';
    const outcome = { store: 'system', location, untried: true };
    assert.deepEqual(await installRoot(context, root), [{ ...outcome, outcome: 'installed' }]);
    assert.ok(
      calls.includes(isElevated ? 'certutil.exe -addstore Root FILE' : 'certutil.exe -user -addstore Root FILE'),
    );
    assert.deepEqual(await installRoot(context, root), [{ ...outcome, outcome: 'already-there' }]);
    const commands = (await trustedRoots(all)).map(({ fingerprint, command }) => [fingerprint, command]);
    const remove = isElevated ? 'certutil -delstore Root' : 'certutil -user -delstore Root';
    assert.deepEqual(
      commands,
      [foreign, root].map((one) => [one.fingerprint, `${remove} ${sha1(one.der)}`]),
    );
    assert.deepEqual(
      (await uninstallRoots(context)).map((one) => one.outcome),
      ['removed'],
    );
    assert.deepEqual(stores, { 'LocalMachine\\Root': [foreign.der], 'CurrentUser\\Root': [foreign.der] });
  }
});

test('Windows: a refusal in the window of Windows is a failure with certutil’s words', async () => {
  const { execute } = windows(false, { 'CurrentUser\\Root': [] });
  const refusing: Execute = (program, args, options) =>
    args.includes('-addstore')
      ? Promise.resolve({
          ...done,
          code: 1,
          stdout: 'CertUtil: -addstore command FAILED: 0x800704c7 (ERROR_CANCELLED)\r\n',
        })
      : execute(program, args, options);
  const stores = storesOf({ execute: refusing, env: {}, homes: [], platform: 'win32' }).slice(0, 1);
  const context = { stores, stateFolder: '/state', database: await openSqlite(':memory:'), clock: systemClock };
  const [outcome] = await installRoot(context, await newRoot());
  assert.match(outcome!.error!.message, /certutil exited with code 1: .*ERROR_CANCELLED/);
});

test('macOS: adds the root to the system keychain with trust, and removes it by its fingerprint', async () => {
  const root = await newRoot();
  const keychain = new Set<string>();
  const calls: string[] = [];
  const execute: Execute = async (program, args) => {
    assert.equal(program, '/usr/bin/security');
    calls.push(args.map((arg) => (arg.endsWith('root.pem') ? 'FILE' : arg)).join(' '));
    const hash = (der: Buffer): string => createHash('sha256').update(der).digest('hex').toUpperCase();
    if (args[0] === 'add-trusted-cert') keychain.add(hash(new X509Certificate(readFileSync(args.at(-1)!)).raw));
    if (args[0] === 'delete-certificate') keychain.delete(args[2]!);
    return { ...done, stdout: [...keychain].map((one) => `SHA-256 hash: ${one}\nkeychain: "x"\n`).join('') };
  };
  const stores = storesOf({ execute, env: {}, homes: [], platform: 'darwin' }).slice(0, 1);
  const context = { stores, stateFolder: '/state', database: await openSqlite(':memory:'), clock: systemClock };
  const location = '/Library/Keychains/System.keychain';
  assert.deepEqual(await installRoot(context, root), [
    { store: 'system', location, outcome: 'installed', untried: true },
  ]);
  assert.ok(calls.includes(`add-trusted-cert -d -r trustRoot -k ${location} FILE`));
  assert.deepEqual(
    (await trustedRoots(stores)).map(({ fingerprint }) => fingerprint),
    [root.fingerprint],
  );
  await uninstallRoots(context);
  assert.equal(keychain.size, 0);
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { folderOf } from '../support/oracles.ts';

const program = path.join(import.meta.dirname, 'open-authority.ts');

function open(file: string, killAt = 0): Promise<Execution> {
  return execute(process.execPath, [program, file, String(killAt)]);
}

async function kindsIn(file: string): Promise<string[]> {
  const database = await openSqlite(file);
  const rows = await database.query<{ kind: string }>('SELECT kind FROM authority_certificates ORDER BY kind');
  await database.close();
  return rows.map(({ kind }) => kind);
}

test('processes that start at once end up with the same authority', async (t) => {
  const file = path.join(await folderOf(t), 'state.sqlite');
  const runs = await Promise.all([open(file), open(file), open(file), open(file)]);
  for (const { code, stderr } of runs) assert.equal(code, 0, stderr);
  assert.equal(new Set(runs.map(({ stdout }) => stdout)).size, 1);
  assert.deepEqual(await kindsIn(file), ['intermediate', 'root']);
});

test('killed at any statement, it leaves all or nothing, and the next start completes it', async (t) => {
  const folder = await folderOf(t);
  const runs = await Promise.all(
    [1, 2, 3, 4].map(async (killAt) => {
      const file = path.join(folder, `${killAt}.sqlite`);
      const { signal } = await open(file, killAt);
      assert.equal(signal, 'SIGKILL', `statement ${killAt}`);
      const left = await kindsIn(file);
      assert.equal((await open(file)).code, 0);
      assert.deepEqual(await kindsIn(file), ['intermediate', 'root']);
      return left.length;
    }),
  );
  assert.deepEqual(runs, [0, 0, 0, 2]); // load, insert, insert; after the commit, the check for changes
});

/**
 * `open-authority.ts STORE [N]`: opens the authority and prints its root. With N, kills itself at its N-th statement.
 */
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

const [file = '', killAt = '0'] = process.argv.slice(2);
let statement = 0;

function mortal(database: Database): Database {
  return {
    query: async (sql, params) => {
      const rows = await database.query<never>(sql, params);
      statement++;
      if (statement === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      return rows;
    },
    transaction: (work) => database.transaction((inner) => work(mortal(inner))),
    lock: (name, work, signal) => database.lock(name, work, signal),
    close: () => database.close(),
  };
}

const database = mortal(await openSqlite(file));
const authority = await Authority.open(database, { clock: systemClock, random: systemRandom, names: [] });
console.log(authority.rootFingerprint());
await database.close();

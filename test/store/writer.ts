/** Uses a state folder in a separate process. Usage: `node writer.ts FOLDER write|leave|count|hold|lock`. */
import { openState } from '../../src/store/state.ts';

const [folder, task] = process.argv.slice(2) as [string, string];
const state = await openState(folder);
const { database } = state;
const forever = (): Promise<never> => new Promise(() => setInterval(() => {}, 1000));

switch (task) {
  case 'write': // writes pairs of rows, and prints each number once it is committed
    for (let number = 1; ; number += 1) {
      await database.transaction(async (inner) => {
        const value = 'x'.repeat(5000);
        await inner.query('INSERT OR REPLACE INTO settings (name, value) VALUES ($1, $2)', [`a${number}`, value]);
        await inner.query('INSERT OR REPLACE INTO settings (name, value) VALUES ($1, $2)', [`b${number}`, value]);
      });
      process.stdout.write(`${number}\n`);
    }
  case 'leave': // writes one row, which stays in the log
    await database.query("INSERT INTO settings (name, value) VALUES ('left', '')");
    process.stdout.write('left\n');
    await forever();
    break;
  case 'count': // increments a number many times
    for (let turn = 0; turn < 100; turn += 1) {
      await database.transaction(async (inner) => {
        const [row] = await inner.query<{ value: string }>("SELECT value FROM settings WHERE name = 'count'");
        const next = String(Number(row?.value ?? 0) + 1);
        await inner.query("INSERT OR REPLACE INTO settings (name, value) VALUES ('count', $1)", [next]);
      });
    }
    await state.close();
    break;
  case 'hold':
    await state.lock();
    process.stdout.write('held\n');
    await forever();
    break;
  case 'lock':
    await database.lock('issue', async () => {
      process.stdout.write('held\n');
      await forever();
    });
    break;
  default:
    throw new Error(`no such task: ${task}`);
}

import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('asyncpg', {
  variables: [],
  settings: [{ option: 'sslrootcert', variable: 'PGSSLROOTCERT' }],
  traps: ['trap.postgres'],
  code: String.raw`
import asyncio, asyncpg
async def connect():
    await asyncpg.connect("postgres://none@%s:%d/none?sslmode=verify-full" % (host, port), timeout=10)
def attempt():
    asyncio.run(connect())
`,
});

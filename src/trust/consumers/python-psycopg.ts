import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('psycopg', {
  variables: [],
  settings: [{ option: 'sslrootcert', variable: 'PGSSLROOTCERT' }],
  traps: ['trap.postgres'],
  modules: ['psycopg', 'psycopg_c', 'psycopg_binary'],
  code: String.raw`
import psycopg
# PGSSLROOTCERT, or ~/.postgresql/root.crt: libpq has no other roots.
def attempt():
    try:
        psycopg.connect(host=host, port=port, user="none", dbname="none", sslmode="verify-full", connect_timeout=10).close()
    except psycopg.OperationalError as error:
        said = str(error)
        if any(mark in said for mark in marks):
            raise
        if "SSL" in said or "server closed" in said or "expected authentication" in said:
            end("verified")
        raise
`,
});

import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('psycopg2', {
  variables: [],
  settings: [{ option: 'sslrootcert', variable: 'PGSSLROOTCERT' }],
  traps: ['trap.postgres'],
  code: String.raw`
import psycopg2
# PGSSLROOTCERT, or ~/.postgresql/root.crt: libpq has no other roots.
def attempt():
    try:
        psycopg2.connect(host=host, port=port, user="none", dbname="none", sslmode="verify-full", connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        said = str(error)
        if any(mark in said for mark in marks):
            raise
        if "SSL" in said or "server closed" in said or "expected authentication" in said:
            end("verified")
        raise
`,
});

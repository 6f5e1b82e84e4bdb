import { byExit, defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'psql',
  runtime: 'psql',
  command: { name: /^(psql|pg_dump|pg_dumpall|pg_restore|pg_isready)$/ },
  variables: [],
  settings: [{ option: 'sslrootcert', variable: 'PGSSLROOTCERT' }],
  traps: ['trap.postgres'],
  tested: 'debian-12',
  probe: (interpreter, url) => {
    const { hostname, port } = new URL(url);
    const connection = `host=${hostname} port=${port || '443'} user=none dbname=none sslmode=verify-full connect_timeout=10`;
    return {
      // Of the programs of PostgreSQL, the one that only connects.
      program: interpreter.replace(/[^/]+$/, 'psql'),
      args: ['--no-psqlrc', '--command', '', connection],
      read: (end) => {
        const { outcome, detail } = byExit(/root certificate file|certificate verify failed|does not match host/)(end);
        // The server is of another kind, or refuses this user.
        const isAnswered = /SSL SYSCALL error|server closed|expected authentication|FATAL|received invalid/.test(
          end.stderr,
        );
        return outcome === 'failed' && isAnswered ? { outcome: 'verified', detail: '' } : { outcome, detail };
      },
    };
  },
});

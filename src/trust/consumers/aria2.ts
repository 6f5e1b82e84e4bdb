import { defineConsumer, byExit } from '../consumer.ts';

export default defineConsumer({
  id: 'aria2',
  runtime: 'aria2',
  command: { name: /^aria2c$/ },
  variables: [],
  settings: [{ option: '--ca-certificate' }],
  traps: ['trap.system-file'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['--no-conf', '--dry-run=true', '--max-tries=1', '--timeout=10', '--connect-timeout=10', url],
    read: (end) =>
      /status=\d{3}|errorCode=(3|22|24)\b/.test(end.stdout)
        ? { outcome: 'verified', detail: '' }
        : byExit(/handshake failure|certificate/i)(end),
  }),
});

import { defineConsumer, lastLine } from '../consumer.ts';

export default defineConsumer({
  id: 'wget',
  runtime: 'wget',
  command: { name: /^wget$/ },
  variables: [{ name: 'WGETRC', effect: 'replace', value: '{wgetrc}' }],
  traps: ['trap.wgetrc', 'trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['--no-verbose', '--tries=1', '--timeout=10', '--output-document=/dev/null', url],
    read: ({ code, stderr }) =>
      code === 5
        ? { outcome: 'refused', detail: lastLine(stderr) }
        : code === 0 || code === 7 || code === 8
          ? { outcome: 'verified', detail: '' }
          : { outcome: 'failed', detail: lastLine(stderr) },
  }),
});

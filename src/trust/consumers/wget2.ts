import { defineConsumer, lastLine } from '../consumer.ts';

export default defineConsumer({
  id: 'wget2',
  runtime: 'wget2',
  command: { name: /^wget2$/ },
  // Instead of /etc/wget2rc. The user's own settings are read after it.
  variables: [{ name: 'SYSTEM_WGET2RC', effect: 'replace', value: '{wgetrc}' }],
  settings: [{ option: '--ca-certificate' }],
  traps: ['trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['--quiet', '--tries=1', '--timeout=10', '--output-document=/dev/null', url],
    read: ({ code, stderr }) =>
      code === 5
        ? { outcome: 'refused', detail: lastLine(stderr) }
        : code === 0 || code === 7 || code === 8
          ? { outcome: 'verified', detail: '' }
          : { outcome: 'failed', detail: lastLine(stderr) },
  }),
});

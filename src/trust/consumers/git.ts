import { byExit, defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'git',
  runtime: 'git',
  command: { name: /^git$/ },
  variables: [{ name: 'GIT_SSL_CAINFO', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['-c', 'http.followRedirects=false', 'ls-remote', url],
    read: (end) => {
      const { outcome, detail } = byExit(/certificate|SSL|CAfile/i)(end);
      // Git verified the server and found no repository.
      const answered = /not found|not valid|unable to update|The requested URL returned|empty reply/i.test(end.stderr);
      return outcome === 'failed' && answered ? { outcome: 'verified', detail: '' } : { outcome, detail };
    },
  }),
});

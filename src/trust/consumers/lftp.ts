import { byExit, defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'lftp',
  runtime: 'lftp',
  command: { name: /^lftp(get)?$/ },
  variables: [],
  settings: [{ option: 'ssl:ca-file' }],
  traps: ['trap.system-file'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['--norc', '-c', `set net:max-retries 1; set net:timeout 10; cat '${url}'`],
    read: (end) =>
      /Access failed: \d{3}/.test(end.stderr)
        ? { outcome: 'verified', detail: '' }
        : byExit(/Certificate verification/)(end),
  }),
});

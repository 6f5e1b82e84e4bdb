import { defineConsumer } from '../consumer.ts';
import { extra, fetchCode, scriptFor } from './shared/javascript.ts';

export default defineConsumer({
  id: 'bun',
  runtime: 'bun',
  command: { name: /^bunx?$/, scripts: /\.[cm]?[jt]sx?$/ },
  variables: [...extra, { name: 'SSL_CERT_FILE', effect: 'add' }],
  traps: ['trap.address-constraints'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({ program: interpreter, args: ['--eval', scriptFor(fetchCode, url)] }),
});

import { defineConsumer } from '../consumer.ts';
import { extra, fetchCode, scriptFor } from './shared/javascript.ts';

export default defineConsumer({
  id: 'deno',
  runtime: 'deno',
  command: { name: /^deno$/, scripts: /\.[cm]?[jt]sx?$/ },
  variables: [{ name: 'DENO_CERT', effect: 'add' }, ...extra],
  traps: ['trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({ program: interpreter, args: ['eval', scriptFor(fetchCode, url)] }),
});

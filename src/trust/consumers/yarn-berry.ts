import { defineConsumer } from '../consumer.ts';
import { yarnProbe } from './shared/yarn.ts';

/** Yarn 2 and later, with its own settings and Node's roots. */
export default defineConsumer({
  id: 'yarn-berry',
  runtime: 'yarn',
  variables: [{ name: 'NODE_EXTRA_CA_CERTS', effect: 'add' }],
  traps: ['trap.ignores-ssl-cert', 'trap.read-once'],
  tested: 'debian-12',
  probe: yarnProbe('[2-9].*'),
});

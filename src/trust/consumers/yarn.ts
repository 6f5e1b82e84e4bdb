import { defineConsumer } from '../consumer.ts';
import { yarnProbe } from './shared/yarn.ts';

/** Yarn 1, which uses npm's settings. */
export default defineConsumer({
  id: 'yarn',
  runtime: 'yarn',
  command: { name: /^yarn(pkg)?$/, startsNode: true },
  variables: [{ name: 'npm_config_cafile', effect: 'replace' }],
  traps: [],
  tested: 'debian-12',
  probe: yarnProbe('[01].*'),
});

import { defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'systemd-unit',
  runtime: undefined,
  variables: [],
  settings: [{ file: '/etc/systemd/system/UNIT.service.d/everyhop.conf', holds: '{everyhop env} --format systemd' }],
  traps: ['trap.daemon'],
  tested: 'debian-12',
});

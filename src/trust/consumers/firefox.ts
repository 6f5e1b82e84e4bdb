import { defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'firefox',
  runtime: 'firefox',
  command: { name: /^firefox(-esr)?$/ },
  variables: [],
  settings: [{ store: 'nss' }],
  traps: ['trap.own-store'],
  tested: 'debian-12',
});

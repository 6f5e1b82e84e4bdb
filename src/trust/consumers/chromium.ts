import { defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'chromium',
  runtime: 'chromium',
  command: { name: /^(chromium|chromium-browser|google-chrome(-stable)?)$/ },
  variables: [],
  settings: [{ store: 'nss' }],
  traps: ['trap.own-store'],
  tested: 'debian-12',
});

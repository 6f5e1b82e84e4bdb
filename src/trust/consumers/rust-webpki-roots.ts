import { defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'rust-webpki-roots',
  runtime: 'rust',
  variables: [],
  traps: ['trap.own-roots'],
  tested: 'debian-12',
});

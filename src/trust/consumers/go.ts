import { defineConsumer } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'go',
  runtime: 'go',
  variables: openSsl,
  traps: ['trap.missing-file-silent'],
  tested: 'debian-12',
});

import { defineConsumer } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'rust-native-certs',
  runtime: 'rust',
  variables: openSsl,
  traps: [],
  tested: 'debian-12',
});

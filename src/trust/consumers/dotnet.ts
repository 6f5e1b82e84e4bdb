import { defineConsumer } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'dotnet',
  runtime: 'dotnet',
  command: { name: /^dotnet$/ },
  variables: openSsl,
  traps: [],
  tested: 'documented',
});

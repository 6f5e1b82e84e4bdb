import { defineConsumer } from '../consumer.ts';

/** Programs with the package x509-system. */
export default defineConsumer({
  id: 'haskell',
  runtime: 'haskell',
  command: { name: /^(stack|cabal|ghc|runghc)$/ },
  variables: [{ name: 'SYSTEM_CERTIFICATE_PATH', effect: 'replace' }],
  traps: [],
  tested: 'documented',
});

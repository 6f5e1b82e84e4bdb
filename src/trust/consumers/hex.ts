import { defineConsumer } from '../consumer.ts';

/** Elixir’s package manager, which has its own roots. */
export default defineConsumer({
  id: 'hex',
  runtime: 'hex',
  command: { name: /^(mix|iex|elixir)$/ },
  variables: [{ name: 'HEX_CACERTS_PATH', effect: 'replace' }],
  traps: [],
  tested: 'documented',
});

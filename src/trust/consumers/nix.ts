import { defineConsumer } from '../consumer.ts';

/** Nix, and every program of nixpkgs: its OpenSSL prefers this variable to SSL_CERT_FILE. */
export default defineConsumer({
  id: 'nix',
  runtime: 'nix',
  command: { name: /^nix(-\w+)?$/ },
  variables: [{ name: 'NIX_SSL_CERT_FILE', effect: 'replace' }],
  traps: [],
  tested: 'documented',
});

import { defineConsumer, inTemporaryFolder, byIndexLookup } from '../consumer.ts';

export default defineConsumer({
  id: 'cargo',
  runtime: 'cargo',
  command: { name: /^cargo$/ },
  variables: [
    { name: 'CARGO_HTTP_CAINFO', effect: 'replace' },
    { name: 'SSL_CERT_FILE', effect: 'replace' },
  ],
  traps: [],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    ...inTemporaryFolder(
      interpreter,
      url,
      'export CARGO_HOME="$folder" CARGO_NET_RETRY=0 CARGO_HTTP_TIMEOUT=10 && "$1" search everyhop-probe --index "sparse+$2"',
    ),
    read: byIndexLookup(
      /config\.json not found|got \d{3}|failed to get successful HTTP response|expected value at line/,
      /\[(?:35|60|77)\] /,
    ),
  }),
});

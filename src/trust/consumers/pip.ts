import { defineConsumer, byIndexLookup } from '../consumer.ts';

export default defineConsumer({
  id: 'pip',
  runtime: 'pip',
  command: { name: /^pip(\d|$)/ },
  variables: [
    { name: 'PIP_CERT', effect: 'replace' },
    { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
  ],
  traps: [],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['download', '--no-cache-dir', '--retries', '0', '--index-url', url, 'everyhop-probe'],
    read: byIndexLookup(
      /No matching distribution|HTTP error \d{3}|\d{3} (?:Client|Server) Error/,
      /SSLError|SSLCertVerificationError|certificate verify failed/,
    ),
  }),
});

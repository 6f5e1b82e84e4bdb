import { byExit, defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'curl',
  runtime: 'curl',
  command: { name: /^curl$/ },
  variables: [
    { name: 'CURL_CA_BUNDLE', effect: 'replace' },
    { name: 'SSL_CERT_FILE', effect: 'replace' },
  ],
  traps: [],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: [
      '--silent',
      '--show-error',
      '--max-time',
      '10',
      '--output',
      '/dev/null',
      // After the handshake, any other error is not about trust.
      '--write-out',
      'handshake=%{time_appconnect}',
      url,
    ],
    read: (end) => {
      const result = byExit(/^curl: \((?:60|77|35)\)/)(end);
      const isConnected = /handshake=(?!0\.0+$)[\d.]+$/.test(end.stdout);
      return result.outcome === 'failed' && isConnected ? { outcome: 'verified', detail: '' } : result;
    },
  }),
});

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
    args: ['--silent', '--show-error', '--max-time', '10', '--output', '/dev/null', url],
    read: byExit(/^curl: \((?:60|77|35)\)/),
  }),
});

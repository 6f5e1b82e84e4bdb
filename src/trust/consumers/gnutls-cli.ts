import { byExit, defineConsumer } from '../consumer.ts';

export default defineConsumer({
  id: 'gnutls-cli',
  runtime: 'gnutls-cli',
  command: { name: /^gnutls-cli$/ },
  variables: [],
  settings: [{ option: '--x509cafile' }],
  traps: ['trap.system-file'],
  tested: 'debian-12',
  probe: (interpreter, url) => {
    const { hostname, port } = new URL(url);
    const request = String.raw`printf 'GET / HTTP/1.0\r\n\r\n' | "$1" --port "$2" "$3"`;
    return {
      program: '/bin/sh',
      args: ['-c', request, 'sh', interpreter, port === '' ? '443' : port, hostname],
      read: (end) =>
        /The certificate is trusted/.test(end.stdout)
          ? { outcome: 'verified', detail: '' }
          : byExit(/NOT trusted|verification/)({ ...end, code: end.code === 0 ? 1 : end.code }),
    };
  },
});

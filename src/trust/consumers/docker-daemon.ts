import { defineConsumer } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'docker-daemon',
  runtime: 'docker',
  command: { name: /^(docker|dockerd)$/ },
  variables: openSsl,
  settings: [{ file: '/etc/docker/certs.d/HOST:PORT/ca.crt', holds: '…/private.pem' }, { store: 'system' }],
  traps: ['trap.daemon'],
  tested: 'debian-12',
});

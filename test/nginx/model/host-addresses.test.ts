import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses } from '../../../src/nginx/model/host-addresses.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';

test('a host name in listen stands for each of its addresses', async () => {
  const text = `http { server {
    listen Both:8080 ipv6only=off ssl; listen 127.0.0.1:81; listen *:82; listen 83; listen [::1]:84; listen unix:/run/a.sock;
    listen unknown:85;
  } }`;
  const files = {
    read: () => Promise.resolve(text),
    glob: () => Promise.resolve([]),
    real: (path: string) => Promise.resolve(path),
  };
  const configuration = await readConfiguration({ main: '/nginx.conf', prefix: '/', files });
  const asked: string[] = [];
  const addresses = await hostAddresses(configuration, (host) => {
    asked.push(host);
    return Promise.resolve(host === 'both' ? ['127.0.0.1', '::1', '127.0.0.1'] : []);
  });
  assert.deepEqual(asked, ['both', 'unknown']);
  const [server] = serversOf(configuration, { addresses });
  assert.deepEqual(
    server!.listens.map(({ address, port, ssl, ipv6Only }) => `${address} ${port} ${ssl} ${ipv6Only}`),
    [
      '127.0.0.1 8080 true false',
      '::1 8080 true false',
      '127.0.0.1 81 false false',
      '0.0.0.0 82 false false',
      '0.0.0.0 83 false false',
      '::1 84 false true',
      'unix:/run/a.sock 0 false false',
    ],
  );
});

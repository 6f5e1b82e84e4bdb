/** Container names that no public authority certifies get a private certificate. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pythonHandshakes } from '../support/oracles.ts';
import { atEnd, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

test('issues certificates for names with an underscore, which clients verify', async (t) => {
  const app = http.createServer((request, response) => response.end(request.headers.host)).listen(0, '127.0.0.1');
  await once(app, 'listening');
  atEnd(t, () => app.close());
  const { port } = app.address() as AddressInfo;
  const hosts = ['vllm_server.internal', 'vllm_server', 'vllm_server.example.com'];
  const up = await startUp(t, [String(port), ...hosts.flatMap((host) => ['--host', host])]);
  assert.equal(up.ready.sites[0]!.certificates[0]!.issuer, 'private');

  const ca = await readFile(up.rootFile, 'utf8');
  for (const servername of hosts) {
    const options = { host: '127.0.0.1', port: up.httpsPort, servername, ca, headers: { host: servername } };
    const [response] = (await once(https.get(options), 'response')) as [http.IncomingMessage];
    assert.equal(Buffer.concat(await response.toArray()).toString(), servername);
  }
  assert.deepEqual(await pythonHandshakes(up.rootFile, up.httpsPort, hosts), ['ok', 'ok', 'ok']);

  const renewed = await runEveryhop(
    ['certificates', 'renew', 'VLLM_Server.internal.', '--state', up.state],
    await temporaryFolder(t, 'renew'),
  );
  assert.equal(renewed.code, 0, renewed.stderr);
});

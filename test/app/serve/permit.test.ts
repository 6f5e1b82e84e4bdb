import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { widenAuthority } from '../../../src/app/authority.ts';
import { existingRoot } from '../../../src/app/authority/root.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { execute } from '../../../src/base/process.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { decodePem } from '../../../src/x509/pem.ts';
import { mends } from '../../support/outside.ts';
import { pythonOf, without } from '../../support/tools.ts';
import { cleanEnvironment, temporaryFolder } from '../../support/up.ts';
import { prepare } from './machine.ts';
import { startService } from './start.ts';

test('names permitted ahead need no new root later; others are reported with the command', async (t) => {
  mends(t, 'trust/one-label-names-need-new-root');
  const state = path.join(await temporaryFolder(t, 'permit'), 'state');
  const first = await startService(t, state, ['ollama'], { permit: ['qdrant', 'vllm_server'] });
  assert.ok(first.service.isRootNew);
  await first.service.stop(0);
  const root = (await existingRoot(state))!;
  const second = await startService(t, state, ['ollama', 'qdrant'], { permit: ['qdrant', 'milvus', 'triton'] });
  assert.ok(!second.service.isRootNew);
  const target = { host: 'qdrant', address: '127.0.0.1', port: second.httpsPort, clock: systemClock, roots: [root] };
  const facts = await probeTls(target);
  assert.ok(facts.reached && facts.verified, JSON.stringify(facts));
  assert.equal(await existingRoot(state), root);
  await second.service.checkSurroundings();
  const { findings } = await second.service.status();
  const missing = findings.find(({ code }) => code === 'authority.permit-missing');
  assert.deepEqual(missing?.params, { names: 'milvus, triton', words: 'milvus triton' });
});

test('the private root permits no name whose certificate comes from elsewhere', async (t) => {
  const measured = mends(t, 'security/S06-public-name-in-private-root');
  const machine = await prepare(t);
  const elsewhere = {
    'shop.example.com': `'https://127.0.0.1:${machine.deadPort}/dir'`,
    'files.example.org': '{ chain: a.pem, key: a.key }',
  };
  const sites = Object.entries({ 'app.example.net': 'private', ...elsewhere });
  const lines = sites.map(([host, certificate]) => `  - { host: ${host}, certificate: ${certificate}, upstream: 1 }\n`);
  await machine.configure('', ...lines);
  await machine.start();
  const { permittedDnsNames } = parseCertificate(
    decodePem((await existingRoot(machine.stateFolder))!)[0]!.der,
  ).nameConstraints!;
  const publicNames = permittedDnsNames.filter((name) => name.includes('example.'));
  assert.deepEqual(publicNames, ['app.example.net']);
  Object.assign(measured, { elsewhere: Object.keys(elsewhere).join(', '), permitted: publicNames.join(', ') });
});

test(
  'a root without a limit on addresses lets gRPC connect to an address',
  { skip: without('boringssl'), timeout: 60_000 },
  async (t) => {
    mends(t, 'trust/boringssl-ip-constraints');
    const state = path.join(await temporaryFolder(t, 'permit'), 'state');
    await widenAuthority(state, ['0.0.0.0/0', '::/0'], undefined);
    const { service, httpsPort } = await startService(t, state, ['localhost', '127.0.0.1']);
    const script = `
import grpc, sys
channel = grpc.secure_channel("127.0.0.1:%s" % sys.argv[1], grpc.ssl_channel_credentials(open(sys.argv[2], "rb").read()))
grpc.channel_ready_future(channel).result(timeout=20)
`;
    const args = ['-c', script, String(httpsPort), service.rootFile!];
    const { code, stderr } = await execute(pythonOf('boringssl'), args, { env: cleanEnvironment(state) });
    assert.equal(code, 0, stderr);
  },
);

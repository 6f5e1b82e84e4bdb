import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { StateSession } from '../../../src/app/state.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { livePaths, publishLive } from '../../../src/certificates/publish.ts';
import { privateIssuer } from '../../../src/certificates/private-issuer.ts';
import { testRandom } from '../../support/seed.ts';
import { mends } from '../../support/outside.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startService } from './start.ts';

const hosts = ['localhost', '127.0.0.1', '::1'];

test('names and addresses get separate certificates, without a new root for an existing folder', async (t) => {
  mends(t, 'trust/boringssl-ip-constraints');
  const stateFolder = path.join(await temporaryFolder(t, 'sets'), 'state');
  // As earlier versions did: one certificate for all names.
  const session = new StateSession(stateFolder, { names: hosts });
  const issuer = privateIssuer(() => session.authority());
  const database = await session.database();
  const [together] = await new Certificates({
    database,
    issuersFor: () => [issuer],
    clock: systemClock,
    random: testRandom,
    events: new EventBus(),
  }).ensure([hosts]);
  const root = await session.root();
  await publishLive(stateFolder, together!);
  await session.close();

  const listen = ['127.0.0.1', '127.0.0.2', '::1'];
  const { service, httpsPort } = await startService(t, stateFolder, hosts, { listen });
  assert.equal(await readText(service.rootFile!), root);

  const namesSeenBy = async (servername: string | undefined, host: string): Promise<string | undefined> => {
    const socket = tls.connect({
      host,
      port: httpsPort,
      ca: root,
      ...(servername === undefined ? {} : { servername }),
      checkServerIdentity: () => undefined,
    });
    await once(socket, 'secureConnect');
    const { subjectaltname } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname;
  };
  const addresses = 'IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1';
  assert.equal(await namesSeenBy('localhost', '127.0.0.1'), 'DNS:localhost');
  assert.equal(await namesSeenBy(undefined, '127.0.0.1'), addresses);
  assert.equal(await namesSeenBy(undefined, '::1'), addresses);
  // A translated address, as behind a published container port.
  assert.equal(await namesSeenBy(undefined, '127.0.0.2'), addresses);
  assert.equal(await namesSeenBy('unknown.test', '127.0.0.1'), 'DNS:localhost');
  // Programs that read the folder of the earlier version still find all names there.
  const published = async (folder: string): Promise<string | undefined> =>
    new X509Certificate(await readText(livePaths(stateFolder, folder).cert)).subjectAltName;
  assert.equal(await published('127.0.0.1'), `${addresses}, DNS:localhost`);
  assert.equal(await published('localhost'), 'DNS:localhost');
  const { sites } = await service.status();
  assert.deepEqual(
    sites[0]!.certificates.map((certificate) => certificate.hosts),
    [['localhost'], ['127.0.0.1', '::1']],
  );
  assert.deepEqual(
    service.proofs.flatMap(({ findings }) => findings),
    [],
  );
});

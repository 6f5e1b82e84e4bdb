/** The lines of `up` about certificates and roots are true for each kind of certificate. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { configurationFromArguments } from '../../src/app/configuration.ts';
import { Service } from '../../src/app/serve.ts';
import { EventBus } from '../../src/base/events.ts';
import { readText } from '../../src/base/files.ts';
import type { Language } from '../../src/base/language.ts';
import { Output } from '../../src/cli/output.ts';
import { announce } from '../../src/cli/up.ts';
import { mends } from '../support/outside.ts';
import { ownCertificate } from '../support/own-files.ts';
import { startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { atEnd, freePorts, temporaryFolder } from '../support/up.ts';

interface Started {
  folder: string;
  /** The output of the start, in a language. */
  said: (language: Language) => Promise<string>;
}

/** Starts a service; `configure` returns the lines of everyhop.yaml after the ports. */
async function start(
  t: TestContext,
  configure: (folder: string) => Promise<string>,
  ports?: [number, number],
): Promise<Started> {
  const folder = await temporaryFolder(t, 'up-text');
  const [httpsPort, httpPort] = ports ?? ((await freePorts(2)) as [number, number]);
  const file = path.join(folder, 'everyhop.yaml');
  const head = `https_port: ${httpsPort}\nhttp_port: ${httpPort}\nlisten: [127.0.0.1]\nworkers: 1\n`;
  await writeFile(file, head + (await configure(folder)));
  const readConfiguration = () => configurationFromArguments({ config: file }, { readText, cwd: folder });
  const configuration = await readConfiguration();
  const service = await Service.start(
    {
      stateFolder: path.join(folder, 'state'),
      configuration,
      readConfiguration,
      accessLog: 'json',
      version: '0',
      env: {},
    },
    new EventBus(),
  );
  atEnd(t, () => service.stop(0));
  return {
    folder,
    async said(language) {
      const stdout = new PassThrough();
      const output = new Output({ stdout, stderr: new PassThrough(), env: {} }, language, false);
      await announce(service, { output, language, version: '0', env: {} });
      stdout.end();
      return text(stdout);
    },
  };
}

async function writePair(folder: string, toDays: number): Promise<void> {
  const { chainPem, keyPem } = await ownCertificate(['own.test'], { fromDays: -30, toDays });
  await writeFile(path.join(folder, 'a.pem'), chainPem);
  await writeFile(path.join(folder, 'a.key'), keyPem);
}

const own = '  - { host: own.test, upstream: 1, certificate: { chain: a.pem, key: a.key } }\n';
const aboutPrivateRoot = /root\.pem|trust install|--cacert|everyhop run/;

test('certificate files are kept up to date by the user, and need another root than ours', async (t) => {
  mends(t, 'trust/up-text-of-file-certificates', 'ux/own-files-messages');
  const { said } = await start(t, async (folder) => {
    await writePair(folder, 60);
    return `sites:\n${own}`;
  });
  const en = await said('en');
  assert.match(en, /certificate for own\.test: from your files, kept up to date by you, until \d{4}-\d\d-\d\d;/);
  assert.match(en, /clients of own\.test need the root "CN=Company Root", which this machine does not trust$/m);
  assert.doesNotMatch(en, aboutPrivateRoot);
  assert.doesNotMatch(en, /renews automatically/);
  assert.match(await said('zh'), /由您负责更新[^]*需要信任根证书“CN=Company Root”/);
});

test('beside a private site, the root is named for that site only', async (t) => {
  mends(t, 'trust/up-text-of-file-certificates');
  const { said } = await start(t, async (folder) => {
    await writePair(folder, -1);
    return `sites:\n${own}  - { host: chat.test, upstream: 1 }\n  - { host: gone.test, upstream: 1, certificate: { chain: no.pem, key: no.key } }\n`;
  });
  const en = await said('en');
  assert.match(en, /own\.test: from your files, kept up to date by you, expired on [\d-]+; clients reject it/);
  assert.match(en, /gone\.test: temporary and self-signed, until your files can be used/);
  assert.match(en, /chat\.test: private, until [\d-]+, renews automatically/);
  assert.match(en, /^Clients of chat\.test verify with this root: .*root\.pem\n.*curl .*https:\/\/chat\.test/m);
  assert.match(await said('zh'), /^chat\.test 的客户端用此根证书进行验证：/m);
});

test(
  'an authority with another root: the text says that clients need that one, and does not mention ours',
  { skip: without('pebble') },
  async (t) => {
    mends(t, 'acme/wrong-root-printed');
    const pebble = await startPebble(t);
    const { said } = await start(
      t,
      async () =>
        `authorities: { pebble: { directory: "${pebble.directoryUrl}", root: "${pebble.rootFile}" } }\nsites:\n  - { host: chat.example.com, upstream: 1, certificate: pebble }\n`,
      [pebble.tlsPort, pebble.httpPort],
    );
    const en = await said('en');
    assert.match(en, /clients of chat\.example\.com need the root "CN=Pebble Root CA [0-9a-f]+", which this machine/);
    assert.match(en, /chat\.example\.com: https:.*, renews automatically/);
    assert.doesNotMatch(en, aboutPrivateRoot);
  },
);

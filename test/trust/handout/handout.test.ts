import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { Authority } from '../../../src/authority/authority.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { fingerprintLines } from '../../../src/base/fingerprint.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { type HandoutDocument, handoutOf, handoutPaths } from '../../../src/trust/handout.ts';
import { mobileconfig } from '../../../src/trust/handout/mobileconfig.ts';
import { judge, folderOf, openssl } from '../../support/oracles.ts';
import { testRandom } from '../../support/seed.ts';

const place = { host: 'studio.local', origin: 'http://192.168.1.20:8080', httpsPort: 8443 };

async function rootFor(names: string[] = []): Promise<string> {
  const database = await openSqlite(':memory:');
  return (await Authority.open(database, { clock: systemClock, random: testRandom, names })).rootPem();
}

const at = (documents: HandoutDocument[], file: string): HandoutDocument => documents.find((one) => one.path === file)!;

test('the files hold the root: DER by OpenSSL, the profile by Apple’s format as Python reads it', async (t) => {
  const pem = await rootFor();
  const documents = handoutOf(pem, place);
  const certificate = new X509Certificate(pem);
  const folder = await folderOf(t, {
    'root.crt': at(documents, handoutPaths.crt).bodies.en,
    'root.pem': at(documents, handoutPaths.pem).bodies.en,
    'root.mobileconfig': at(documents, handoutPaths.profile).bodies.zh,
  });
  for (const [file, form] of [
    ['root.crt', 'DER'],
    ['root.pem', 'PEM'],
  ] as const) {
    const { stdout } = await openssl(`x509 -in ${folder}/${file} -inform ${form} -noout -fingerprint -sha256`);
    assert.match(stdout, new RegExp(`=${certificate.fingerprint256}\n$`));
  }
  const read = `import plistlib,sys,json,hashlib,uuid
p=plistlib.load(open(sys.argv[1],'rb'))
c=p['PayloadContent'][0]
for one in (p,c): uuid.UUID(one['PayloadUUID'])
print(json.dumps({**{k:p[k] for k in p if k!='PayloadContent'},'inner':{**c,'PayloadContent':hashlib.sha256(c['PayloadContent']).hexdigest()}}))`;
  const { stdout, stderr } = await judge('python3', '-c', read, path.join(folder, 'root.mobileconfig'));
  assert.equal(stderr, '');
  const profile = JSON.parse(stdout) as Record<string, unknown> & { inner: Record<string, unknown> };
  assert.equal(profile['PayloadType'], 'Configuration');
  assert.equal(profile['PayloadVersion'], 1);
  assert.equal(profile['PayloadDisplayName'], 'studio.local 的 Everyhop 根证书');
  assert.equal(profile.inner['PayloadType'], 'com.apple.security.root');
  assert.equal(profile.inner['PayloadContent'], certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  assert.notEqual(profile.inner['PayloadUUID'], profile['PayloadUUID']);
  assert.deepEqual(at(handoutOf(pem, place), handoutPaths.profile).bodies, at(documents, handoutPaths.profile).bodies);
  const other = at(handoutOf(await rootFor(), place), handoutPaths.profile).bodies.zh.toString();
  assert.ok(!other.includes(profile['PayloadUUID'] as string), 'another root is another profile');
});

test('a profile survives any name', async (t) => {
  const names = [`<b>&"']]>`, 'a\u0000b\u0007c', '工作站 🖥', '\ud800', 'x\r\ny'];
  const folder = await folderOf(t);
  for (const name of names) {
    const profile = { der: Buffer.from([1, 2, 3]), fingerprint: 'ab'.repeat(32), name };
    await writeFile(path.join(folder, 'p'), mobileconfig(profile, { displayName: name, description: name }));
    const { stdout, stderr } = await judge(
      'python3',
      '-c',
      `import plistlib,sys,json;print(json.dumps(plistlib.load(open(sys.argv[1],'rb'))['PayloadDisplayName']))`,
      path.join(folder, 'p'),
    );
    assert.equal(stderr, '', name);
    // oxlint-disable-next-line no-control-regex -- XML has no such characters
    const expected = name.replace(/[\u0000-\u0008]|\ud800/g, '').replace(/\r\n/g, '\n');
    assert.equal(JSON.parse(stdout), expected);
  }
});

test('the page needs nothing from elsewhere, shows the fingerprint as the terminal does, and says what the root can do', async () => {
  const pem = await rootFor(['chat.example.com', '203.0.113.0/24']);
  const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
  const page = at(handoutOf(pem, place), handoutPaths.page);
  for (const language of ['en', 'zh'] as const) {
    const html = page.bodies[language].toString();
    assert.ok(page.bodies[language].length < 32 * 1024);
    assert.ok(html.includes(`<pre>${fingerprintLines(fingerprint).join('\n')}</pre>`));
    const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target!);
    assert.deepEqual(
      links.filter((target) => !/^(?:\/|\?lang=(?:en|zh)$|data:,$)/.test(target)),
      [],
    );
    for (const name of [
      '<code>local</code>',
      '<code>chat.example.com</code>',
      '<code>203.0.113.0/24</code>',
      '<code>192.168.0.0/16</code>',
    ]) {
      assert.ok(html.includes(name), name);
    }
    assert.ok(html.includes(`--fingerprint ${fingerprint.toLowerCase()} --install`));
    assert.doesNotMatch(html, /\{\w+\}/, 'no parameter is left');
  }
  const unlimited = at(handoutOf(await rootFor(['0.0.0.0/0', '::/0']), place), handoutPaths.page);
  assert.match(unlimited.bodies.en.toString(), /no limit of that kind/);
});

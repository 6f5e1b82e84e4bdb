/** Certificate files from elsewhere: each mistake has its own words, with both files, the place and a command that works. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { readCertificateFiles } from '../../src/certificates/from-files.ts';
import type { CertificateFiles } from '../../src/config/configuration.ts';
import { publicKeyInfo } from '../../src/x509/key.ts';
import { decodePem, encodePem } from '../../src/x509/pem.ts';
import { mends } from '../support/outside.ts';
import { ownCertificate, selfSigned } from '../support/own-files.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';

const names = ['a.test'];
const own = await ownCertificate(names);
const other = await ownCertificate(names);
const derOf = (pem: string): Buffer => decodePem(pem)[0]!.der;
const keyPem = (options: { type: 'pkcs8'; cipher?: string; passphrase?: string }): string =>
  own.key.export({ format: 'pem', ...options });

interface Files extends CertificateFiles {
  folder: string;
}

async function writeFiles(
  t: TestContext,
  chain: string | Buffer | undefined,
  key: string | Buffer | undefined,
): Promise<Files> {
  const folder = path.join(await temporaryFolder(t, 'own-files'), "my 'own' files");
  await mkdir(folder);
  const [chainFile, keyFile] = [path.join(folder, 'a.pem'), path.join(folder, 'a.key')];
  if (chain !== undefined) await writeFile(chainFile, chain);
  if (key !== undefined) await writeFile(keyFile, key);
  return { folder, chainFile, keyFile, place: { file: 'everyhop.yaml', line: 5, column: 5 } };
}

async function failureOf(files: CertificateFiles): Promise<EveryhopError> {
  try {
    await readCertificateFiles(names, files, Date.now());
  } catch (error) {
    assert.ok(error instanceof EveryhopError, String(error));
    return error;
  }
  return assert.fail('it was accepted');
}

/** Asserts that both files and the place are named in both languages, and returns the hint. */
function hintOf(error: EveryhopError): string {
  for (const language of ['en', 'zh'] as const) {
    const { message, cause, hint } = error.report(language);
    const text = `${message} ${cause} ${hint}`;
    for (const file of ['a.pem', 'a.key']) assert.ok(text.includes(file), text);
    assert.equal(/\p{Script=Han}/u.test(message), language === 'zh', message);
    assert.doesNotMatch(text, /authority certified|issued for a\.test|颁发机构认证|[{}]/);
  }
  assert.deepEqual(error.place, { file: 'everyhop.yaml', line: 5, column: 5 });
  return error.report('en').hint;
}

const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const pkcs12 = async (t: TestContext): Promise<Buffer> => {
  const files = await writeFiles(t, own.chainPem, own.keyPem);
  return openssl('pkcs12', '-export', '-in', files.chainFile, '-inkey', files.keyFile, '-passout', 'pass:');
};
const pkcs7 = async (t: TestContext): Promise<string> => {
  const files = await writeFiles(t, own.chainPem, own.keyPem);
  return openssl('crl2pkcs7', '-nocrl', '-certfile', files.chainFile).toString();
};
const { privateKey: shortKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
type Content = string | Buffer | undefined | ((t: TestContext) => Promise<string | Buffer>);

const unusable: { what: string; chain: Content; key: Content; code: string; message: RegExp }[] = [
  {
    what: 'the key of another certificate',
    chain: own.chainPem,
    key: other.keyPem,
    code: 'mismatch',
    message: /does not belong to the certificate/,
  },
  { what: 'swapped files', chain: own.keyPem, key: own.chainPem, code: 'swapped', message: /are swapped/ },
  { what: 'a missing chain', chain: undefined, key: own.keyPem, code: 'missing', message: /a\.pem' does not exist/ },
  { what: 'a missing key', chain: own.chainPem, key: undefined, code: 'missing', message: /a\.key' does not exist/ },
  { what: 'an empty chain', chain: '\n', key: own.keyPem, code: 'empty', message: /a\.pem' is empty/ },
  { what: 'an empty key', chain: own.chainPem, key: '', code: 'empty', message: /a\.key' is empty/ },
  {
    what: 'a PKCS#12 archive',
    chain: pkcs12,
    key: own.keyPem,
    code: 'pkcs12',
    message: /a\.pem' is a PKCS#12 archive/,
  },
  {
    what: 'a PKCS#12 archive as the key',
    chain: own.chainPem,
    key: pkcs12,
    code: 'pkcs12',
    message: /a\.key' is a PKCS#12 archive/,
  },
  { what: 'a PKCS#7 bundle', chain: pkcs7, key: own.keyPem, code: 'not-pem', message: /as PKCS#7, not as PEM/ },
  {
    what: 'a certificate in DER',
    chain: derOf(own.leafPem),
    key: own.keyPem,
    code: 'not-pem',
    message: /a\.pem' holds the certificate.*, but as DER/,
  },
  {
    what: 'a key in DER',
    chain: own.chainPem,
    key: derOf(own.keyPem),
    code: 'not-pem',
    message: /a\.key' holds the private key, but as DER/,
  },
  {
    what: 'UTF-16',
    chain: Buffer.from(`\uFEFF${own.chainPem}`, 'utf16le'),
    key: own.keyPem,
    code: 'not-pem',
    message: /as UTF-16/,
  },
  {
    what: 'an encrypted key',
    chain: own.chainPem,
    key: keyPem({ type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' }),
    code: 'key-encrypted',
    message: /encrypted with a passphrase/,
  },
  {
    what: 'a Java keystore',
    chain: Buffer.from('feedfeed00000002', 'hex'),
    key: own.keyPem,
    code: 'keystore',
    message: /Java keystore/,
  },
  {
    what: 'a certificate request',
    chain: encodePem('CERTIFICATE REQUEST', derOf(own.leafPem)),
    key: own.keyPem,
    code: 'other-content',
    message: /holds a certificate request instead of the certificate/,
  },
  {
    what: 'a public key',
    chain: own.chainPem,
    key: encodePem('PUBLIC KEY', publicKeyInfo(own.key)),
    code: 'other-content',
    message: /holds a public key instead of the private key/,
  },
  {
    what: 'two certificates',
    chain: own.chainPem,
    key: own.chainPem,
    code: 'other-content',
    message: /holds a certificate instead of the private key/,
  },
  {
    what: 'two keys',
    chain: own.keyPem,
    key: own.keyPem,
    code: 'other-content',
    message: /holds a private key instead of the certificate/,
  },
  {
    what: 'a web page',
    chain: '<!DOCTYPE html><html>',
    key: own.keyPem,
    code: 'other-content',
    message: /holds a web page/,
  },
  {
    what: 'something else',
    chain: 'hello',
    key: own.keyPem,
    code: 'other-content',
    message: /something that is not PEM/,
  },
  {
    what: 'a truncated chain',
    chain: own.chainPem.slice(0, -60),
    key: own.keyPem,
    code: 'damaged',
    message: /is damaged at line \d+/,
  },
  {
    what: 'only intermediates',
    chain: own.intermediatePem,
    key: own.keyPem,
    code: 'only-authorities',
    message: /only certificates of authorities \(CN=Company Issuing\)/,
  },
  {
    what: 'a key that is too short',
    chain: selfSigned(shortKey, names),
    key: shortKey.export({ format: 'pem', type: 'pkcs8' }),
    code: 'refused',
    message: /the key is too short/,
  },
];

for (const { what, chain, key, code, message } of unusable) {
  test(`rejects ${what} in its own words`, { skip: without('openssl') }, async (t) => {
    mends(t, 'ux/own-files-messages');
    const contentOf = (content: Content) => (typeof content === 'function' ? content(t) : content);
    const files = await writeFiles(t, await contentOf(chain), await contentOf(key));
    const error = await failureOf(files);
    assert.equal(error.code, `certificates.files-${code}`);
    assert.match(error.message, message);
    hintOf(error);
  });
}

test('rejects a file that this user may not read', async (t) => {
  mends(t, 'ux/own-files-messages');
  const files = await writeFiles(t, own.chainPem, own.keyPem);
  await chmod(files.keyFile, 0);
  const isRoot = process.geteuid!() === 0;
  if (isRoot) {
    for (const folder of [files.folder, path.dirname(files.folder)]) await chmod(folder, 0o755);
    process.seteuid!(65534);
  }
  const error = await failureOf(files).finally(() => isRoot && process.seteuid!(0));
  assert.equal(error.code, 'certificates.files-denied');
  assert.match(hintOf(error), /setfacl -m u:/);
});

test('the commands in the hints make files that work', { skip: without('openssl') }, async (t) => {
  mends(t, 'ux/own-files-messages');
  const encrypted = keyPem({ type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' });
  const table: [string | Buffer, string | Buffer, Record<string, string>][] = [
    [await pkcs12(t), own.keyPem, { chainFile: 'a.chain.pem', keyFile: 'a.key.pem' }],
    [await pkcs7(t), own.keyPem, { chainFile: 'a.chain.pem' }],
    [derOf(own.leafPem), own.keyPem, { chainFile: 'a.chain.pem' }],
    [own.chainPem, derOf(own.keyPem), { keyFile: 'a.key.pem' }],
    [own.chainPem, encrypted, { keyFile: 'a.plain.pem' }],
  ];
  for (const [chain, key, made] of table) {
    const files = await writeFiles(t, chain, key);
    const hint = hintOf(await failureOf(files));
    const command = hint
      .slice(hint.search(/\(umask|openssl /))
      .replaceAll(/openssl pkcs12/g, 'openssl pkcs12 -passin pass:')
      .replace('openssl pkey -in', 'openssl pkey -passin pass:secret -in');
    execFileSync('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    const mended = { ...files };
    for (const [role, name] of Object.entries(made)) mended[role as 'keyFile'] = path.join(files.folder, name);
    await readCertificateFiles(names, mended, Date.now());
  }
});

test('sorts a chain in any order, and leaves out what does not belong to it', async (t) => {
  mends(t, 'ux/own-files-messages');
  const parts = [own.rootPem, other.leafPem, own.intermediatePem, own.leafPem, other.rootPem];
  const { generation, findingsAt } = await readCertificateFiles(
    names,
    await writeFiles(
      t,
      parts.join('# a comment\n'),
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${own.keyPem}`,
    ),
    Date.now(),
  );
  const served = decodePem(generation.chainPem).map(({ der }) => new X509Certificate(der).subject);
  assert.deepEqual(served, [undefined, 'CN=Company Issuing', 'CN=Company Root']);
  assert.deepEqual(findingsAt(Date.now()), []);
  const itself = await writeFiles(t, selfSigned(own.key, names), own.keyPem);
  assert.deepEqual((await readCertificateFiles(names, itself, Date.now())).findingsAt(Date.now()), []);
  const both = await writeFiles(t, own.chainPem + own.keyPem, own.keyPem + own.chainPem);
  assert.equal((await readCertificateFiles(names, both, Date.now())).generation.serial, generation.serial);
});

test('serves what clients refuse, and says why', async (t) => {
  mends(t, 'ux/own-files-messages');
  const from = async (names_: string[], fromDays: number, toDays: number) => {
    const made = await ownCertificate(names_, { fromDays, toDays });
    return [made.chainPem, made.keyPem] as const;
  };
  const table: [readonly [string, string], string, 'error' | 'warning', RegExp][] = [
    [await from(names, -30, -1), 'expired', 'error', /expired on \d{4}-\d\d-\d\d\.$/],
    [await from(names, 2, 30), 'not-yet-valid', 'error', /valid only from .* this machine shows/],
    [await from(names, -80, 3), 'ending', 'warning', /expires on /],
    [
      await from(['b.test', '*.c.test'], -1, 30),
      'names-missing',
      'error',
      /not for a\.test, but for b\.test, \*\.c\.test/,
    ],
    [[selfSigned(own.key, []), own.keyPem], 'no-names', 'error', /valid for no name/],
    [[own.leafPem, own.keyPem], 'issuer-missing', 'warning', /no certificate of the issuer \(CN=Company Issuing\)/],
  ];
  for (const [[chain, key], code, severity, message] of table) {
    const { findingsAt } = await readCertificateFiles(names, await writeFiles(t, chain, key), Date.now());
    const [finding, ...more] = findingsAt(Date.now());
    assert.deepEqual([finding!.code, finding!.severity, more], [`certificates.files-${code}`, severity, []]);
    assert.match(findingReport(finding!, 'en').message, message);
    hintOf(finding!.error);
  }
});

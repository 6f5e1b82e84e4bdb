import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { GatheredError } from '../../../src/base/errors.ts';
import { encodeJks, encodePkcs12 } from '../../../src/trust/bundle/java-stores.ts';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import { bundleError } from '../../../src/trust/bundle/messages.ts';
import { readPath } from '../../../src/trust/bundle/read-file.ts';
import { readRoots } from '../../../src/trust/bundle/read-roots.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { contextConstructed } from '../../../src/x509/der-values.ts';
import { der, integer, oid, sequence, setOf } from '../../../src/x509/der-writer.ts';
import { encodePem } from '../../../src/x509/pem.ts';
import { folderOf, openssl } from '../../support/oracles.ts';
import { without } from '../../support/tools.ts';
import { makeRoot, nowMs } from './roots.ts';
import { cpuMs } from '../../support/cpu.ts';

/** A SignedData without signers, the form of certificate files (RFC 5652 §5.1). */
function pkcs7Of(certificates: readonly Buffer[] = [], type = '1.2.840.113549.1.7.2'): Buffer {
  const content = sequence(
    integer(1),
    setOf(),
    sequence(oid('1.2.840.113549.1.7.1')),
    ...(certificates.length > 0 ? [der(contextConstructed(0), Buffer.concat(certificates))] : []),
    setOf(),
  );
  return sequence(oid(type), der(contextConstructed(0), content));
}

const [one, two, three] = [makeRoot(), makeRoot(), makeRoot()];
const broken = two.pem.replace(/\n.{20}/, '\n!!!!!!!!!!!!!!!!!!!!');

/** The roots of a file, and `outcome code line block` of each finding. */
async function verdict(file: string, kind: 'file' | 'system' = 'file'): Promise<{ roots: string[]; said: string[] }> {
  const { roots, findings } = readPath(file, kind);
  return {
    roots: roots.map(({ certificate }) => certificate.fingerprint),
    said: findings.map(({ outcome, error, source }) =>
      [outcome, error.code, error.place?.line, source.block].filter((part) => part !== undefined).join(' '),
    ),
  };
}

async function fileOf(t: TestContext, content: string | Uint8Array): Promise<string> {
  return path.join(await folderOf(t, { 'roots.pem': content }), 'roots.pem');
}

const readable: Record<string, string | Uint8Array> = {
  'with newlines': one.pem + two.pem,
  'without a newline at the end': (one.pem + two.pem).trimEnd(),
  'with CRLF': (one.pem + two.pem).replaceAll('\n', '\r\n'),
  'with lone CR': (one.pem + two.pem).replaceAll('\n', '\r'),
  'with a byte order mark': `\uFEFF${one.pem}${two.pem}`,
  'as UTF-16, which PowerShell writes': Buffer.from(`\uFEFF${one.pem}${two.pem}`, 'utf16le'),
  'with text around blocks': `# Über uns\n${one.pem}\nnext\n\n${two.pem}the end`,
  'in one long line': (one.pem + two.pem).replaceAll(/(?<=[A-Za-z0-9+/=]{10})\n(?=[A-Za-z0-9+/=])/g, ''),
};
for (const [what, content] of Object.entries(readable)) {
  test(`reads PEM ${what}`, async (t) => {
    assert.deepEqual(await verdict(await fileOf(t, content)), { roots: [one.fingerprint, two.fingerprint], said: [] });
  });
}

test('reads DER', async (t) => {
  assert.deepEqual(await verdict(await fileOf(t, one.der)), { roots: [one.fingerprint], said: [] });
});

test('reads blocks without the newline between them, with a warning', async (t) => {
  const file = await fileOf(t, one.pem.trimEnd() + two.pem);
  const line = one.pem.split('\n').length - 1;
  assert.deepEqual(await verdict(file), {
    roots: [one.fingerprint, two.fingerprint],
    said: [`noted trust.block-glued ${line} 2`],
  });
});

const lines = one.pem.split('\n').length - 1;
const refused: Record<string, { content: string | Uint8Array; said: string[] }> = {
  'an empty file': { content: '', said: ['refused trust.source-empty'] },
  'text without a certificate': { content: 'hello\n', said: ['refused trust.source-no-certificate'] },
  garbage: { content: Buffer.from([0, 1, 2, 250, 0]), said: ['refused trust.source-unknown'] },
  'a block with garbage': { content: one.pem + broken, said: [`refused trust.block-broken ${lines + 2} 2`] },
  'a block without its end': {
    content: one.pem.slice(0, -30) + two.pem,
    said: ['refused trust.block-broken 1 1'],
  },
  'a truncated file': {
    content: (one.pem + two.pem).slice(0, -100),
    said: [`refused trust.block-broken ${lines + 1} 2`],
  },
  'base64 of something else': {
    content: `${one.pem}-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n`,
    said: [`refused trust.root-unreadable ${lines + 1} 2`],
  },
  'truncated DER': { content: one.der.subarray(0, -7), said: ['refused trust.root-unreadable 1'] },
  'a key beside the root': {
    content: one.pem + one.keyPem,
    said: [`refused trust.block-holds-key ${lines + 1} 2`],
  },
  'an encrypted key': {
    content: '-----BEGIN ENCRYPTED PRIVATE KEY-----\naGVsbG8=\n-----END ENCRYPTED PRIVATE KEY-----\n',
    said: ['refused trust.block-holds-key 1 1'],
  },
  'an encrypted key in the traditional format': {
    content:
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\naGVsbG8=\n-----END RSA PRIVATE KEY-----\n',
    said: ['refused trust.block-holds-key 1 1'],
  },
  'a request': {
    content: '-----BEGIN CERTIFICATE REQUEST-----\naGVsbG8=\n-----END CERTIFICATE REQUEST-----\n',
    said: ['refused trust.block-unexpected 1 1'],
  },
  'a key in DER': {
    content: one.key.export({ format: 'der', type: 'pkcs8' }),
    said: ['refused trust.block-holds-key 1'],
  },
  'a key in the traditional format, in DER': {
    content: one.key.export({ format: 'der', type: 'sec1' }),
    said: ['refused trust.block-holds-key 1'],
  },
  'a PKCS#12 file of NSS or Windows, with indefinite length': {
    content: Buffer.from('3080020103308006092a864886f70d010701a0802480', 'hex'),
    said: ['refused trust.source-format'],
  },
  'PKCS#7 whose length is left open': {
    content: Buffer.from('308006092a864886f70d010702a080308002010131', 'hex'),
    said: ['refused trust.source-format'],
  },
  'PKCS#7 that holds no certificate': {
    content: pkcs7Of(),
    said: ['refused trust.source-no-certificate'],
  },
  'PKCS#7 that is a message of another kind': {
    content: pkcs7Of([], '1.2.840.113549.1.7.3'),
    said: ['refused trust.source-format'],
  },
  'PKCS#7 with a damaged certificate': {
    content: pkcs7Of([one.der, sequence(integer(1)), two.der]),
    said: ['refused trust.root-unreadable 2'],
  },
  'PKCS#7 with trailing bytes': {
    content: Buffer.concat([pkcs7Of([one.der]), Buffer.from('\n')]),
    said: ['refused trust.source-format'],
  },
  'PKCS#7 with a key behind it': {
    content: encodePem('PKCS7', pkcs7Of([one.der])) + one.keyPem,
    said: [`refused trust.block-holds-key ${encodePem('PKCS7', pkcs7Of([one.der])).split('\n').length} 2`],
  },
  'a Java store': { content: encodeJks([], 'changeit'), said: ['refused trust.source-format'] },
};
for (const [what, { content, said }] of Object.entries(refused)) {
  test(`rejects ${what} from a private source, with file, line and block`, async (t) => {
    const file = await fileOf(t, content);
    assert.deepEqual((await verdict(file)).said, said);
    const { findings } = readPath(file, 'file');
    assert.equal(findings[0]!.source.file, file);
    // A valid root next to it does not help: such a source gives no bundle.
    const good = await fileOf(t, three.pem);
    await assert.rejects(makeBundle({ nowMs, publicSet: 'none', rootFiles: [good, file] }), (error) => {
      assert.ok(error instanceof GatheredError && bundleError.is(error, 'trust.bundle-refused'));
      return error.problems.every(({ place }) => place?.file === file);
    });
  });
}

test('omits the same blocks from a public source, and reads the rest', async (t) => {
  const file = await fileOf(t, one.pem + broken + one.keyPem + three.pem);
  const { roots, said } = await verdict(file, 'system');
  assert.deepEqual(roots, [one.fingerprint, three.fingerprint]);
  assert.deepEqual(
    said.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['dropped trust.block-broken', 'dropped trust.block-holds-key'],
  );
});

test('findings contain no byte of a key', async (t) => {
  const { findings } = readPath(await fileOf(t, one.pem + one.keyPem), 'file');
  const secret = one.keyPem.split('\n')[1]!.slice(0, 20);
  assert.doesNotMatch(
    JSON.stringify(findings.map(({ error }) => [error.message, error.report('zh')])),
    new RegExp(secret),
  );
});

test('reads the certificates of OpenSSL’s PKCS#7 files, PEM and DER', { skip: without('openssl') }, async (t) => {
  const folder = await folderOf(t, { 'roots.pem': one.pem + two.pem });
  for (const [form, name, blocks] of [
    ['DER', 'roots.p7b', [1, 2]],
    ['PEM', 'roots.p7c', [1, 1]],
  ] as const) {
    const file = path.join(folder, name);
    const { code, stderr } = await openssl(
      `crl2pkcs7 -nocrl -certfile ${folder}/roots.pem -outform ${form} -out ${file}`,
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(await verdict(file), { roots: [one.fingerprint, two.fingerprint], said: [] });
    assert.deepEqual(
      readPath(file, 'file').roots.map(({ source }) => source.block),
      blocks,
    );
  }
  assert.equal((await verdict(folder)).roots.length, 6, 'also in a folder, next to PEM');
});

test(
  'reports PKCS#12 with a command that extracts the roots, and the command works',
  { skip: without('openssl') },
  async (t) => {
    const certificates = [one, two].map(({ der }) => parseCertificate(der));
    const folder = await folderOf(t, {
      'root.pem': one.pem,
      'key.pem': one.keyPem,
      'trust.p12': encodePkcs12(certificates, 'changeit'),
    });
    const made = await openssl(
      `pkcs12 -export -in ${folder}/root.pem -inkey ${folder}/key.pem -passout pass:x -out ${folder}/key.p12`,
    );
    assert.equal(made.code, 0, made.stderr);
    for (const name of ['trust.p12', 'key.p12']) {
      const file = path.join(folder, name);
      const { roots, findings } = readPath(file, 'file');
      assert.equal(roots.length, 0);
      assert.equal(findings[0]!.error.code, 'trust.source-format');
      const command = `openssl pkcs12 -in ${file} -nokeys -cacerts -out roots.pem`;
      assert.ok(findings[0]!.error.report('en').hint.endsWith(command));
      if (name !== 'trust.p12') continue;
      const out = path.join(folder, 'out.pem');
      await openssl(`${command.slice('openssl '.length).replace('roots.pem', out)} -passin pass:changeit`);
      assert.deepEqual(new Set((await verdict(out)).roots), new Set([one.fingerprint, two.fingerprint]));
    }
  },
);

test('reports at most twenty damaged blocks and a count, quickly', async (t) => {
  for (const block of [
    '-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n',
    '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n',
    '-----BEGIN CERTIFICATE-----\n',
    '-----BEGIN ',
    '-----BEGIN A-----',
  ]) {
    const file = await fileOf(t, block.repeat(Math.floor(4_000_000 / block.length)));
    const start = cpuMs();
    for (const kind of ['file', 'system'] as const) {
      const { said } = await verdict(file, kind);
      assert.equal(said.length, 21);
      assert.match(said.at(-1)!, /trust\.more-findings/);
    }
    assert.ok(cpuMs() - start < 10_000, 'linear time, not quadratic');
  }
});

test('reads two hundred roots without newlines between them, with one warning', async (t) => {
  const file = await fileOf(t, one.pem.trimEnd().repeat(200));
  const { roots, said } = await verdict(file);
  assert.equal(roots.length, 200);
  assert.equal(said.length, 1);
});

test('property: any bytes give findings, and never throw', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(one.der.length - 1), fc.nat(255)).map(([at, octet]) => {
      const changed = Buffer.from(one.der);
      changed[at] = octet;
      return changed;
    }),
    fc
      .tuple(fc.nat(one.pem.length), fc.string({ maxLength: 5 }))
      .map(([at, text]) => Buffer.from(one.pem.slice(0, at) + text + one.pem.slice(at))),
  );
  fc.assert(
    fc.property(bytes, (bytes) => {
      const { roots, findings } = readRoots(bytes, { kind: 'file', file: 'x' });
      assert.ok(roots.length + findings.length > 0);
    }),
    { numRuns: 1000 },
  );
});

test('reports invalid dates and numbers by file, line and block', async (t) => {
  const hex = one.der.toString('hex');
  const month = Buffer.from('300531', 'latin1').toString('hex'); // 2030-05-31 of notBefore
  assert.ok(hex.includes(month));
  const absurd = Buffer.from(hex.replace(month, Buffer.from('301399', 'latin1').toString('hex')), 'hex');
  const file = await fileOf(t, two.pem + encodePem('CERTIFICATE', absurd));
  const line = two.pem.split('\n').length;
  assert.deepEqual((await verdict(file)).said, [`refused trust.root-unreadable ${line} 2`]);
});

test('rejects a file of 100,000 certificates without reading it', async (t) => {
  const file = await fileOf(t, one.pem.repeat(100_000));
  const start = cpuMs();
  assert.deepEqual((await verdict(file)).said, ['refused file.too-large']);
  assert.ok(cpuMs() - start < 2_000);
});

test('reports a socket', async (t) => {
  const file = path.join(await folderOf(t), 'socket.pem');
  const server = net.createServer().listen(file);
  t.after(() => server.close());
  await once(server, 'listening');
  assert.deepEqual((await verdict(file)).said, ['refused trust.source-not-file']);
});

test('does not read 50 MB', async (t) => {
  const file = await fileOf(t, one.pem);
  await truncate(file, 50_000_000);
  assert.deepEqual((await verdict(file)).said, ['refused file.too-large']);
});

test('reads the certificate files of a folder, without hidden files and subfolders', async (t) => {
  const folder = await folderOf(t, {
    'a.pem': one.pem,
    'b.crt': two.der,
    'README.md': 'nothing',
    'key.key': one.keyPem,
    '.hidden.pem': 'no certificate',
    '1a2b3c4d.0': three.pem,
  });
  await mkdir(path.join(folder, 'below.pem'));
  const { roots, said } = await verdict(folder);
  assert.deepEqual(new Set(roots), new Set([one.fingerprint, two.fingerprint, three.fingerprint]));
  assert.deepEqual(said, []);
});

test('rejects a folder without certificates, and names a bad file in a folder', async (t) => {
  const folder = await folderOf(t, { 'README.md': 'nothing' });
  assert.deepEqual((await verdict(folder)).said, ['refused trust.source-no-certificate']);
  await writeFile(path.join(folder, 'a.pem'), one.pem);
  await writeFile(path.join(folder, 'b.pem'), '');
  const { findings } = readPath(folder, 'file');
  assert.deepEqual(
    findings.map(({ error, source }) => [error.code, source.file]),
    [['trust.source-empty', path.join(folder, 'b.pem')]],
  );
});

test('reports a dangling link, a loop, a missing file and a pipe', async (t) => {
  const folder = await folderOf(t);
  await symlink('gone.pem', path.join(folder, 'dangling.pem'));
  await symlink('loop.pem', path.join(folder, 'loop.pem'));
  execFileSync('mkfifo', [path.join(folder, 'pipe.pem')]);
  const said = async (name: string): Promise<string[]> => (await verdict(path.join(folder, name))).said;
  assert.deepEqual(await said('dangling.pem'), ['refused trust.source-link-dangling']);
  assert.deepEqual(await said('loop.pem'), ['refused file.failed']);
  assert.deepEqual(await said('missing.pem'), ['refused file.missing']);
  assert.deepEqual(await said('pipe.pem'), ['refused trust.source-not-file']);
  assert.deepEqual((await verdict(folder)).said.length, 3, 'the same inside a folder');
});

test('reports an unreadable file', async (t) => {
  const file = await fileOf(t, one.pem);
  await chmod(file, 0);
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65_534); // root can read everything
  try {
    assert.deepEqual((await verdict(file)).said, ['refused file.denied']);
  } finally {
    if (isRoot) process.seteuid!(0);
  }
});

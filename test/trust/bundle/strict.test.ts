import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { GatheredError } from '../../../src/base/errors.ts';
import { mergeRoots } from '../../../src/trust/bundle/merge.ts';
import { readRoots } from '../../../src/trust/bundle/read-roots.ts';
import { der, oid, sequence } from '../../../src/x509/der-writer.ts';
import {
  basicConstraints,
  type Extension,
  extKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../../src/x509/extension.ts';
import { keyIdentifier, publicKeyInfo } from '../../../src/x509/key.ts';
import { Oid } from '../../../src/x509/oids.ts';
import { folderOf, judge } from '../../support/oracles.ts';
import { without } from '../../support/tools.ts';
import { zlint } from '../../support/zlint.ts';
import { makeLeaf, makeRoot, type Wanted } from './roots.ts';

// These programs use the real clock.
const nowMs = Date.now();
const days = Math.floor((nowMs - Date.parse('2030-06-01T12:00:00Z')) / 86_400_000);
const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const identifier = keyIdentifier(publicKeyInfo(key));

const constraints = basicConstraints(true);
const usage = keyUsage('keyCertSign', 'cRLSign');
const ownId = subjectKeyIdentifier(identifier);
const good = [constraints, usage, ownId];
const critical = (extension: Extension): Extension => ({ ...extension, isCritical: true });
const uncritical = (extension: Extension): Extension => ({ ...extension, isCritical: false });
const other = (type: string, ...value: Buffer[]): Extension => ({
  oid: type,
  isCritical: false,
  value: sequence(...value),
});
const authorityId = (value: Buffer): Extension => other(Oid.authorityKeyIdentifier, der(0x80, value));
const permitted = other(Oid.nameConstraints, der(0xa0, sequence(der(0x82, Buffer.from('localhost')))));
const policies = other('2.5.29.32', sequence(oid('2.5.29.32.0')));

/** Roots that differ from a valid one in a single property. */
const roots: Record<string, Wanted> = {
  good: { extensions: good },
  'its own authority key identifier': { extensions: [...good, authorityId(identifier)] },
  'an empty authority key identifier': { extensions: [...good, other(Oid.authorityKeyIdentifier)] },
  'a critical authority key identifier': { extensions: [...good, critical(authorityId(identifier))] },
  'no subject key identifier': { extensions: [constraints, usage] },
  'a critical subject key identifier': { extensions: [constraints, usage, critical(ownId)] },
  'non-critical basicConstraints': { extensions: [uncritical(constraints), usage, ownId] },
  'a path length': { extensions: [basicConstraints(true, 0), usage, ownId] },
  'a path length and no keyUsage': { extensions: [basicConstraints(true, 1), ownId] },
  'no keyUsage': { extensions: [constraints, ownId] },
  'non-critical keyUsage': { extensions: [constraints, uncritical(usage), ownId] },
  'keyUsage without keyCertSign': { extensions: [constraints, keyUsage('digitalSignature'), ownId] },
  'an extended key usage for servers': { extensions: [...good, extKeyUsage('serverAuth')] },
  'an extended key usage for clients': { extensions: [...good, extKeyUsage('clientAuth')] },
  'critical nameConstraints': { extensions: [...good, critical(permitted)] },
  'non-critical nameConstraints': { extensions: [...good, permitted] },
  'critical policies': { extensions: [...good, critical(policies)] },
  'an unknown extension': { extensions: [...good, other('1.2.3.4')] },
  'a critical unknown extension': { extensions: [...good, critical(other('1.2.3.4'))] },
  'an empty subjectAltName': { extensions: [...good, other(Oid.subjectAltName)] },
  'an empty name': { extensions: good, subject: { text: '', commonName: undefined, encoding: sequence() } },
  'the serial number 0': { extensions: good, serial: der(2, Buffer.from([0])) },
  'a serial number of 21 octets': { extensions: good, serial: der(2, Buffer.alloc(21, 1)) },
  'no extensions at all': { extensions: [] },
  'a certificate with CA:FALSE': { extensions: [basicConstraints(false), ownId] },
};
const made = Object.entries(roots).map(([what, wanted]) => {
  const root = makeRoot({ key, name: 'Root', from: days - 1, until: days + 365, ...wanted });
  const extensions = [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    subjectAltName(['localhost'], true),
    subjectKeyIdentifier(Buffer.alloc(20, 3)),
    authorityId(identifier),
  ];
  const leaf = makeLeaf(root, { from: days - 1, until: days + 30, extensions });
  return { what, root, leaf };
});

/** `refused`, or the codes of its findings. */
function verdict(pem: string): string[] {
  try {
    const { warnings } = mergeRoots([readRoots(Buffer.from(pem), { kind: 'file', file: '/root.pem' })], { nowMs });
    return warnings.map(({ error }) => error.code);
  } catch (error) {
    assert.ok(error instanceof GatheredError);
    return ['refused'];
  }
}

test('rejects roots that Python rejects, and warns of exactly those that only Python 3.13 rejects', async (t) => {
  const files = made.flatMap(({ root, leaf }, number) => [
    [`${number}-root.pem`, root.pem],
    [`${number}-leaf.pem`, leaf.pem],
    [`${number}-key.pem`, leaf.keyPem],
  ]);
  const folder = await folderOf(t, Object.fromEntries(files) as Record<string, string>);
  const script = path.join(import.meta.dirname, 'strict.py');
  const { stdout, stderr } = await judge('python3', script, folder);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, made.length, stderr);
  const ours = made.map(({ what, root }) => {
    const said = verdict(root.pem);
    const isRefused = said.includes('refused');
    return [what, isRefused, isRefused || said.includes('trust.root-lax')];
  });
  const theirs = lines.map((line) => {
    const [number, usual, strict] = line.split(' ');
    return [made[Number(number)]!.what, usual === 'refused', strict === 'refused'];
  });
  assert.deepEqual(ours, theirs, stdout);
});

test('warns of every RFC 5280 violation that zlint reports', { skip: without('zlint') }, async (t) => {
  const program = await zlint();
  const folder = await folderOf(t);
  for (const [number, { what, root }] of made.entries()) {
    const file = path.join(folder, `${number}.pem`);
    await writeFile(file, root.pem);
    const { stdout } = await judge(program, '-format', 'pem', '-includeSources', 'RFC5280', file);
    const results = Object.entries(JSON.parse(stdout) as Record<string, { result: string }>);
    const errors = results.filter(([, { result }]) => result === 'error').map(([name]) => name);
    if (errors.length > 0) assert.notDeepEqual(verdict(root.pem), [], `${what}: ${errors.join()}`);
  }
});

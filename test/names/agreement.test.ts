import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EveryhopError, GatheredError } from '../../src/base/errors.ts';
import { configurationFromArguments } from '../../src/config/arguments.ts';
import { DerReader } from '../../src/x509/der-reader.ts';
import { sequence } from '../../src/x509/der-writer.ts';
import { readExtensions } from '../../src/x509/extension-reader.ts';
import { subjectAltName, writeExtension } from '../../src/x509/extension.ts';
import { choices } from '../config/choices.ts';

/** A site and its certificate canonicalize a name alike, or both reject it. */
const inputs: [written: string, name: string | undefined][] = [
  ['chat.example.com', 'chat.example.com'],
  ['Chat.Example.COM.', 'chat.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['*.lab.internal', '*.lab.internal'],
  ['[::1]', '::1'],
  ['1.2.3', undefined],
  ['a..b', undefined],
  ['fe80::1%eth0', undefined],
  ['vllm_server.internal', 'vllm_server.internal'],
  ['open_webui', 'open_webui'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['a\nb.test', undefined],
  ['a%62.test', undefined],
  ['a.test/x', undefined],
  ['a.0x1', undefined],
  ['*.test', undefined],
  ['_', undefined],
];

async function siteName(written: string): Promise<string | undefined> {
  const options = { readText: () => Promise.reject(new Error('unexpected read')), cwd: '/', choices };
  try {
    const { sites } = await configurationFromArguments({ upstream: '7861', hosts: [written] }, options);
    return sites[0]!.hosts[0];
  } catch (error) {
    if (!(error instanceof GatheredError)) throw error;
    assert.match(error.problems[0]!.code, /^config\.(bad-)?(host|wildcard)/);
    return undefined;
  }
}

function certificateName(written: string): string | undefined {
  try {
    const list = DerReader.single(sequence(writeExtension(subjectAltName([written], false))));
    const { dnsNames, ipAddresses } = readExtensions(list);
    return [...dnsNames, ...ipAddresses][0];
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    assert.equal(error.code, 'x509.name-invalid');
    return undefined;
  }
}

for (const [written, name] of inputs) {
  test(`${JSON.stringify(written)} is ${name ?? 'rejected'} as a site and in a certificate`, async () => {
    assert.equal(await siteName(written), name, 'the site');
    assert.equal(certificateName(written), name, 'its certificate');
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingReport } from '../../../src/app/messages.ts';
import { unresolvedNames } from '../../../src/app/serve/surroundings.ts';

test('warns of private names that no client here can resolve, and of no others', async () => {
  const asked: string[] = [];
  const known: Record<string, boolean | undefined> = {
    'models.internal': false,
    'chat.test': true,
    'slow.test': undefined,
  };
  const hosts = [
    'models.internal',
    'models.internal',
    'chat.test',
    'slow.test',
    'localhost',
    'chat.localhost',
    '10.0.0.1',
  ];
  const places = [...hosts, '*.apps.internal', 'chat.example.com'].map((host) => ({ host, address: '127.0.0.1' }));
  const findings = await unresolvedNames(places, async (host) => {
    asked.push(host);
    return known[host];
  });
  assert.deepEqual(asked, ['models.internal', 'chat.test', 'slow.test']);
  assert.equal(findings.length, 1);
  const { severity, message, hint } = findingReport(findings[0]!, 'en');
  assert.deepEqual([severity, message], ['warning', 'models.internal does not resolve on this machine.']);
  assert.match(
    hint!,
    /echo "127\.0\.0\.1 models\.internal" \| sudo tee -a \/etc\/hosts .*--host models\.localhost on this machine, --lan for phones/,
  );
});

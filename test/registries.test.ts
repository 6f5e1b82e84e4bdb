import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { indexOf, itemsIn, registries } from '../scripts/registries.ts';
import { dnsProviders, requiredSettings } from '../src/acme/dns-providers.ts';
import { configurationSchema } from '../src/app/configuration.ts';
import { loadRegistries } from '../src/app/registries.ts';
import { buildProgram } from '../src/cli/program.ts';
import { Output } from '../src/cli/output.ts';
import { temporaryFolder } from './support/up.ts';

const root = path.resolve(import.meta.dirname, '..');

for (const folder of registries) {
  test(`${folder}: every file is in the index, under the id that is its name`, async () => {
    const ids = await itemsIn(path.join(root, folder));
    const file = path.join(root, folder, 'index.ts');
    assert.equal(await readFile(file, 'utf8'), indexOf(ids), 'npm run docs');
    const { entries } = (await import(file)) as { entries: { id: string }[] };
    assert.deepEqual(
      entries.map(({ id }) => id),
      ids,
    );
  });
}

test('an index holds the items of its folder alone, in alphabetical order', async (t) => {
  const folder = await temporaryFolder(t, 'registry');
  await mkdir(path.join(folder, 'shared'));
  for (const file of ['b.ts', 'a-long-name2.ts', 'index.ts', 'messages.ts', 'b.md']) {
    await writeFile(path.join(folder, file), '');
  }
  const ids = await itemsIn(folder);
  assert.deepEqual(ids, ['a-long-name2', 'b']);
  assert.equal(
    indexOf(ids),
    `// Made by \`npm run docs\` from the files of this folder.
import aLongName2 from './a-long-name2.ts';
import b from './b.ts';

export const entries = [aLongName2, b];
`,
  );
});

test('DNS providers reach the JSON Schema, the help and the command line', async () => {
  const ids = dnsProviders.map(({ id }) => id);
  const { properties } = configurationSchema() as { properties: { dns: { enum: string[]; description: string } } };
  assert.deepEqual(properties.dns.enum, ids);
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, env: {} }, 'en', false);
  const program = buildProgram({ output, language: 'en', version: '0', env: {} }, await loadRegistries());
  const up = program.commands.find((command) => command.name() === 'up')!;
  const option = up.options.find(({ long }) => long === '--dns')!;
  assert.deepEqual(option.argChoices, ids);
  for (const provider of dnsProviders) {
    for (const name of [provider.id, ...requiredSettings(provider)]) {
      assert.ok(option.description.includes(name) && properties.dns.description.includes(name), name);
    }
  }
});

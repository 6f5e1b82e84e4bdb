/** `everyhop config check` reads the files that the configuration names. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { configCheck } from '../../src/cli/config.ts';
import { Output } from '../../src/cli/output.ts';
import { ConfigurationError } from '../../src/app/configuration.ts';
import type { Language } from '../../src/base/language.ts';
import { mends } from '../support/outside.ts';
import { ownCertificate } from '../support/own-files.ts';
import { temporaryFolder } from '../support/up.ts';

interface Workplace {
  folder: string;
  write: (name: string, content: string) => Promise<void>;
  /** Resolves with the output. */
  check: (language?: Language, json?: boolean) => Promise<string>;
}

async function workplace(t: TestContext): Promise<Workplace> {
  const folder = await temporaryFolder(t, 'config-check');
  return {
    folder,
    write: (name, content) => writeFile(path.join(folder, name), content),
    async check(language = 'en', json = false) {
      const stdout = new PassThrough();
      const output = new Output({ stdout, stderr: new PassThrough(), env: {} }, language, json);
      const context = { output, language, version: '0.0.0', env: {} } as Parameters<typeof configCheck>[0];
      await configCheck(context, path.join(folder, 'everyhop.yaml'));
      stdout.end();
      return text(stdout);
    },
  };
}

const site = '  - host: a.test\n    upstream: 1\n    certificate: { chain: a.pem, key: a.key }\n';

test('config check reports unusable files with their place, and objections of clients as warnings', async (t) => {
  mends(t, 'ux/config-check-files');
  const { folder, write, check } = await workplace(t);
  const problems = async (): Promise<string[]> => {
    const error: unknown = await check().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(({ code, place }) => `${code}@${place?.line ?? '–'}`);
  };
  await write('everyhop.yaml', `sites:\n${site}`);
  assert.deepEqual(await problems(), ['certificates.files-missing@4']);

  const [own, other] = [
    await ownCertificate(['a.test']),
    await ownCertificate(['a.test'], { fromDays: -30, toDays: -1 }),
  ];
  await write('a.pem', own.chainPem);
  await write('a.key', other.keyPem);
  assert.deepEqual(await problems(), ['certificates.files-mismatch@4']);

  await write('a.pem', other.chainPem);
  const lines = (await check()).trimEnd().split('\n');
  assert.match(lines[0]!, /^! The certificate in .*a\.pem .* expired on /);
  assert.match(lines[1]!, /everyhop\.yaml:4:18$/);
  assert.match(lines.at(-1)!, /everyhop\.yaml is valid: 1 site$/);
  const { sites, findings } = JSON.parse(await check('en', true)) as {
    sites: number;
    findings: { severity: string }[];
  };
  assert.deepEqual([sites, findings.map(({ severity }) => severity)], [1, ['warning']]);

  await write('a.pem', own.chainPem);
  await write('a.key', own.keyPem);
  await write(
    'everyhop.yaml',
    `trust: { roots: [., none.pem] }\nsites:\n${site}  - { host: b.test, upstream: "https://b:1", upstream_root: no.pem }\n`,
  );
  assert.deepEqual(await problems(), ['file.missing@–', 'file.missing@6']);

  await rm(path.join(folder, 'a.pem'));
  await write('everyhop.yaml', 'sites:\n  - { host: b.test, upstream: 1 }\n  - { host: c.test, upstream: 1 }\n');
  assert.match(await check(), /everyhop\.yaml is valid: 2 sites\n$/);
  assert.match(await check('zh'), /everyhop\.yaml 有效：2 个站点\n$/);
});

test('config check warns of an app under a path that cannot be, with the lines that help', async (t) => {
  mends(t, 'edge/E14-strip-path-without-prefix');
  const { write, check } = await workplace(t);
  const route = (path: string, port: number, app: string, more = ''): string =>
    `      - { path: ${path}, upstream: ${port}, app: ${app}${more} }\n`;
  const routes = [
    route('/chat', 3000, 'open-webui', ', strip_path: true'),
    route('/notebooks', 8888, 'jupyter', ', strip_path: true'),
    route('/lab', 8889, 'jupyter'),
    route('/gradio', 7860, 'gradio', ', strip_path: true'),
  ].join('');
  await write('everyhop.yaml', `sites:\n  - host: a.test\n    routes:\n${routes}`);
  const said = await check();
  assert.match(said, /Open WebUI does not work under a path: https:\/\/a\.test\/chat\//);
  assert.match(said, /- \{ host: open-webui\.a\.test, upstream: "http:\/\/127\.0\.0\.1:3000" \}/);
  assert.match(said, /Jupyter does not get the path that it expects at https:\/\/a\.test\/notebooks\//);
  assert.match(said, /Remove strip_path from the route \/notebooks .*--ServerApp\.base_url=\/notebooks\//);
  assert.doesNotMatch(said, /a\.test\/(?:lab|gradio)/);
  assert.match(await check('zh'), /Open WebUI 无法在路径 https:\/\/a\.test\/chat\/ 下工作/);
});

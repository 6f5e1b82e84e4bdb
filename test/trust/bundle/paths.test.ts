import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { bundleVariables } from '../../../src/trust/bundle/paths.ts';
import { execute } from '../../../src/base/process.ts';
import { folderOf } from '../../support/oracles.ts';
import { without } from '../../support/tools.ts';

test('a replacing variable gets full.pem, an adding one private.pem if there is one', () => {
  const variables = bundleVariables('/b', true);
  assert.equal(variables['REQUESTS_CA_BUNDLE'], '/b/full.pem');
  assert.equal(variables['SSL_CERT_DIR'], '/b/certs');
  assert.equal(variables['NODE_EXTRA_CA_CERTS'], '/b/private.pem');
  assert.equal(variables['DENO_CERT'], '/b/private.pem');
  assert.equal(variables['WGETRC'], '/b/wgetrc');
  assert.equal(variables['PHP_INI_SCAN_DIR'], ':/b/php');
  const without = bundleVariables('/b', false);
  assert.equal(without['NODE_EXTRA_CA_CERTS'], undefined);
  assert.equal(without['DENO_CERT'], undefined);
  assert.equal(without['SSL_CERT_FILE'], '/b/full.pem');
});

test('Java finds its store in a folder with spaces in its name', { skip: without('java') }, async (t) => {
  const folder = path.join(await folderOf(t), 'my  own folder');
  await mkdir(folder);
  const { JAVA_TOOL_OPTIONS } = bundleVariables(folder, true);
  const { stderr } = await execute('java', ['-XshowSettings:properties', '-version'], {
    env: { PATH: process.env['PATH'], JAVA_TOOL_OPTIONS },
  });
  assert.match(stderr, new RegExp(`^ *javax\\.net\\.ssl\\.trustStore = ${folder}/truststore\\.jks$`, 'm'));
});

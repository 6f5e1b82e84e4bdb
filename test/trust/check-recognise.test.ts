/** Recognising the program of a command, and reading programs' settings. */
import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { readBinary } from '../../src/trust/binary.ts';
import { formerJavaStore, formerRoots, trustVariables } from '../../src/trust/environment.ts';
import { recognise } from '../../src/trust/runtime.ts';
import { readSettings } from '../../src/trust/settings.ts';
import { temporaryFolder } from '../support/up.ts';

async function programsIn(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder(t, 'recognise');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, name), 0o755);
  }
  return folder;
}

test('recognises a command by name and by shebang line, through launchers and links', async (t) => {
  const elf = '\x7fELF, and nothing more';
  const PATH = await programsIn(t, {
    'python3.11': elf,
    node: elf,
    uv: elf,
    cargo: elf,
    env: elf,
    nice: elf,
    poetry: elf,
    ruby: elf,
    sh: elf,
    streamlit: '#!/usr/bin/env -S python3.11 -u\n',
    npm: '#!/usr/bin/env node\n',
    circle: '#!circle\n',
    'app.py': '',
  });
  await symlink(path.join(PATH, 'python3.11'), path.join(PATH, 'interpreter'));
  const of = async (...command: string[]): Promise<string> => {
    const { runtime, interpreter, script } = await recognise(command, { PATH });
    return [runtime, path.basename(interpreter ?? ''), path.basename(script ?? '')].join(' ').trim();
  };
  assert.equal(await of('python3.11', 'app.py'), 'python python3.11 app.py');
  assert.equal(await of('streamlit', 'run', 'app.py'), 'python python3.11 streamlit');
  assert.equal(await of('interpreter', 'app.py'), 'python python3.11 app.py');
  assert.equal(await of('env', 'A=b', 'nice', '-n', '5', 'python3.11', 'app.py'), 'python python3.11 app.py');
  assert.equal(await of('uv', 'run', '--quiet', 'python3.11', 'app.py'), 'python python3.11 app.py');
  assert.equal(await of('poetry', 'run', 'streamlit'), 'python python3.11 streamlit');
  assert.equal(await of('uv', 'pip', 'install', 'httpx'), 'uv uv');
  assert.equal(await of('cargo', 'run'), 'cargo cargo');
  assert.equal(await of('npm', 'start'), 'npm npm');
  assert.equal(await of('circle'), 'circle circle');
  assert.equal(await of('nice', 'ruby', '-w', 'app.rb'), 'ruby ruby app.rb');
  assert.equal(await of('sh', 'start.sh'), 'sh start.sh');
  assert.equal(await of('not-there'), '');
  const { starts } = await recognise(['npm', 'start'], { PATH });
  assert.deepEqual(starts, { runtime: 'node', interpreter: path.join(PATH, 'node') });
});

test('finds a string in a binary across the boundary of two pieces', async (t) => {
  const pieceBytes = 4 * 1024 * 1024;
  const mark = 'SSL_CERT_FILE';
  for (const before of [4, pieceBytes - 128, pieceBytes - 5, pieceBytes, 2 * pieceBytes - 130]) {
    const bytes = Buffer.alloc(before + mark.length + 10);
    bytes.write('\x7fELF', 'latin1');
    bytes.write(mark, before, 'latin1');
    const folder = await temporaryFolder(t, 'binary');
    await writeFile(path.join(folder, 'program'), bytes);
    assert.deepEqual((await readBinary(path.join(folder, 'program')))?.variables, [mark], String(before));
  }
  assert.equal(await readBinary(path.resolve(import.meta.filename)), undefined);
  assert.equal(await readBinary('/no/such/file'), undefined);
  assert.equal(await readBinary('/'), undefined);
});

test('reads settings in each program’s syntax', async (t) => {
  const folder = await temporaryFolder(t, 'settings');
  const [home, project] = [path.join(folder, 'home'), path.join(folder, 'project')];
  const files: Record<string, string> = {
    'home/.wgetrc': 'CA-Certificate = /w.pem\ncheck_certificate = off\n# ca_certificate = /no.pem\n',
    'home/.npmrc': 'cafile="/n.pem"\nstrict-ssl=true\n',
    'project/.npmrc': 'cafile=${HOME}/n.pem\nstrict-ssl = false\n',
    'home/.config/pip/pip.conf': '[global]\ncert = ~/p.pem\ntrusted-host = pypi.test\n',
    'home/.gitconfig': '[http]\n\tsslcainfo = /g.pem\n[http "https://x"]\n\tsslVerify = false\n',
    'home/.cargo/config.toml': '[http]\ncainfo = "/c.pem"\n',
    'home/.curlrc': '--cacert /u.pem\n-k\n',
    'project/.yarnrc.yml': 'httpsCaFilePath: ./y.pem\nenableStrictSsl: false\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const found = readSettings({ HOME: home }, project).filter(({ file }) => file.startsWith(folder));
  const seen = found.map(({ file, line, name, value, kind }) =>
    [path.relative(folder, file), line, name, value, kind].join(' '),
  );
  assert.deepEqual(seen, [
    'home/.wgetrc 1 CA-Certificate /w.pem roots',
    'home/.wgetrc 2 check_certificate off off',
    'home/.npmrc 1 cafile /n.pem roots',
    'project/.npmrc 2 strict-ssl false off',
    `home/.config/pip/pip.conf 2 cert ${home}/p.pem roots`,
    'home/.config/pip/pip.conf 3 trusted-host pypi.test off',
    'home/.gitconfig 2 sslcainfo /g.pem roots',
    'home/.gitconfig 4 sslVerify false off',
    'home/.cargo/config.toml 2 cainfo /c.pem roots',
    'home/.curlrc 1 cacert /u.pem roots',
    'home/.curlrc 2 -k  off',
    'project/.yarnrc.yml 1 httpsCaFilePath ./y.pem roots',
    'project/.yarnrc.yml 2 enableStrictSsl false off',
  ]);
  // curl's and yarn's settings override variables, so the bundle need not contain their roots.
  const { replacing } = formerRoots({ HOME: home }, project);
  const kept = replacing.filter(({ name }) => name.startsWith(folder)).map(({ value }) => value);
  assert.deepEqual(kept, ['/w.pem', '/n.pem', `${home}/p.pem`, '/g.pem', '/c.pem']);
});

test('keeps Java’s and PHP’s former options, without the replaced trust store', () => {
  const former =
    '-Xmx1g -Djavax.net.ssl.trustStore=/o.jks -Djavax.net.ssl.trustStorePassword=p -Djavax.net.ssl.trustStoreType=JKS';
  const of = (env: NodeJS.ProcessEnv) => trustVariables(env, '/b', true);
  const ours = '-Djavax.net.ssl.trustStore=/b/truststore.jks';
  assert.equal(of({ JAVA_TOOL_OPTIONS: former })['JAVA_TOOL_OPTIONS'], `-Xmx1g ${ours}`);
  assert.equal(of({ JAVA_TOOL_OPTIONS: '"-Djavax.net.ssl.trustStore=/my store/o.jks"' })['JAVA_TOOL_OPTIONS'], ours);
  assert.equal(formerJavaStore({ JAVA_TOOL_OPTIONS: former })?.value, '/o.jks');
  assert.equal(
    formerJavaStore({ JAVA_TOOL_OPTIONS: '"-Djavax.net.ssl.trustStore=/my store/o.jks"' })?.value,
    '/my store/o.jks',
  );
  assert.equal(formerJavaStore({ JAVA_TOOL_OPTIONS: '-Xmx1g' }), undefined);
  const php = (PHP_INI_SCAN_DIR: string) => of({ PHP_INI_SCAN_DIR })['PHP_INI_SCAN_DIR'];
  assert.deepEqual(
    [of({})['PHP_INI_SCAN_DIR'], php('/o'), php(':/o'), php(''), php('/o:/b/php')],
    [':/b/php', '/o:/b/php', ':/o:/b/php', '/b/php', '/o:/b/php'],
  );
});

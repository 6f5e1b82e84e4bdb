/** `trust check` looks at what the program uses: it tests that, and names what it did not test. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { recognise } from '../../src/trust/runtime.ts';
import { useOf } from '../../src/trust/use.ts';
import { mends } from '../support/outside.ts';
import { pythonOf, without } from '../support/tools.ts';
import { checkCommand, type CheckReport, type PrivateHop, startPrivateHop } from '../support/trust-matrix.ts';
import { cleanEnvironment, runEveryhop } from '../support/up.ts';

const python = pythonOf('libraries');
const skip = without('pythonLibraries');
const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

async function writeApp(hop: PrivateHop, name: string, files: Record<string, string>): Promise<string> {
  const app = path.join(hop.folder, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(app, file)), { recursive: true });
    await writeFile(path.join(app, file), text);
  }
  return app;
}

function testedIn({ results }: CheckReport): string[] {
  return [...new Set(results.map(({ consumer }) => consumer))].sort();
}

test(
  'tests the libraries that a program imports, also in its packages, and they verify under run',
  { skip, timeout: 120_000 },
  async (t) => {
    mends(
      t,
      'trust/trust-check-proven-but-fails',
      'trust/variables-that-run-does-not-set',
      'trust/no-variable-reaches',
      'trust/pycurl-wheel-path',
      'trust/googleapiclient-other-variable',
    );
    const hop = await startPrivateHop(t);
    const app = await writeApp(hop, 'app', {
      'app.py': `import sys, httplib2
from clients import deep, (
    kafka,
)
print(httplib2.Http().request(sys.argv[1])[0].status)
deep.get(sys.argv[1])
`.replace('deep, (\n    kafka,\n)', '(\n    deep,\n    kafka,\n)'),
      'clients/__init__.py': '',
      'clients/kafka.py': 'def connect():\n    from confluent_kafka import Producer\n',
      'clients/deep.py': `from . import kafka
import pycurl
def get(url):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.perform()
    print(curl.getinfo(pycurl.RESPONSE_CODE))
`,
    });
    const script = path.join(app, 'app.py');
    const report = await checkCommand(hop, [python, script], { urls: [] });
    assert.deepEqual([report.code, report.verdict, report.untested], [0, 'proven', []], JSON.stringify(report));
    assert.deepEqual(testedIn(report), ['python-confluent_kafka', 'python-httplib2', 'python-pycurl', 'python-urllib']);
    const command = [everyhop, 'run', '--state', hop.state, '--', python, script, hop.url];
    const { stdout, code } = await execute(process.execPath, command, { env: cleanEnvironment(hop.folder) });
    assert.deepEqual([stdout, code], ['404\n404\n', 0]);
  },
);

test(
  'a library that it does not know is named, and the verdict is not "proven"',
  { skip, timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const app = await writeApp(hop, 'app', {
      'app.py': 'import importlib\nclient = importlib.import_module("newclient.http")\n',
      'site/newclient/http.py': 'import ssl\n',
      'site/newclient/__init__.py': '',
      'site/newclient-1.2.dist-info/METADATA': 'Metadata-Version: 2.1\nName: newclient\nVersion: 1.2\n',
      'site/newclient-1.2.dist-info/RECORD': 'newclient/__init__.py,,\nnewclient/http.py,,\n',
    });
    const env = { PYTHONPATH: path.join(app, 'site') };
    const script = path.join(app, 'app.py');
    const report = await checkCommand(hop, [python, script], { urls: [], env });
    assert.deepEqual([report.code, report.ok, report.verdict], [3, false, 'tried']);
    assert.deepEqual(report.untested, ['newclient 1.2']);
    // In an interpreter without it.
    const { stdout } = await runEveryhop(['trust', 'check', '--state', hop.state, '--', python, script], hop.folder);
    assert.match(stdout, /^not proven\. Tried: python-urllib; not tried: newclient\. /m);
  },
);

test(
  'what only a requirements or lock file names counts; what the program does not use does not',
  { skip, timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const plain = await writeApp(hop, 'plain', { 'app.py': 'import httpx\n' });
    const unused = await checkCommand(hop, [python, path.join(plain, 'app.py')], { urls: [] });
    assert.deepEqual([unused.code, testedIn(unused)], [0, ['python-httpx', 'python-urllib']]);
    // SQLAlchemy loads its driver by the URL.
    const files: Record<string, string> = {
      'requirements.txt': 'psycopg2-binary==2.9.11\n# nothing else\n',
      'uv.lock': '[[package]]\nname = "psycopg2-binary"\nversion = "2.9.11"\n',
      'pyproject.toml': '[project]\nname = "x"\ndependencies = [\n  "psycopg2-binary>=2",\n]\n',
    };
    for (const [name, text] of Object.entries(files)) {
      const app = await writeApp(hop, `app-${name}`, { 'main.py': 'print(1)\n', [name]: text });
      const command = await recognise([python, '-m', 'main'], process.env);
      const use = await useOf(command, app, cleanEnvironment(hop.folder), execute);
      assert.deepEqual(
        use?.packages.map((one) => [one.name, one.modules, one.verifiesIn !== null]),
        [['psycopg2-binary', ['psycopg2'], true]],
        name,
      );
    }
    const args = ['trust', 'check', '--state', hop.state, '--', python, path.join(hop.folder, 'app-uv.lock/main.py')];
    const { stdout, code } = await runEveryhop(args, hop.folder);
    assert.equal(code, 1);
    assert.match(stdout, /Set its option sslrootcert \/ PGSSLROOTCERT to the bundle: .+full\.pem/);
  },
);

test('a native module with its own TLS is named for Node', { timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const manifest = (name: string, dependencies: Record<string, string>): string =>
    JSON.stringify({ name, version: '3.1.0', dependencies });
  const app = await writeApp(hop, 'app', {
    'package.json': manifest('app', { 'kafka-wrapper': '3' }),
    'index.js': '',
    'node_modules/kafka-wrapper/package.json': manifest('kafka-wrapper', { 'native-kafka': '3' }),
    'node_modules/native-kafka/package.json': manifest('native-kafka', {}),
    'node_modules/native-kafka/build/Release/client.node': '\u007fELF SSL_CTX_new certificate verify failed',
    'node_modules/unused/package.json': manifest('unused', {}),
    'node_modules/unused/client.node': '\u007fELF SSL_CTX_new',
  });
  const report = await checkCommand(hop, [process.execPath, path.join(app, 'index.js')], { urls: [] });
  assert.deepEqual([report.code, report.verdict, report.untested], [3, 'tried', ['native-kafka 3.1.0']]);
});

test(
  'an exception after the handshake is no failure of trust',
  { skip: without('pythonClients', 'curl', 'ruby', 'php'), timeout: 180_000 },
  async (t) => {
    mends(t, 'ux/trust-check-gradio');
    const hop = await startPrivateHop(t);
    const answers = [
      await hop.another((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('["a"]')),
      await hop.another((response) => response.req.socket.destroy()),
    ];
    const urls = answers.map(({ url }) => url);
    for (const program of [pythonOf('clients'), process.execPath, 'curl', 'ruby', 'php']) {
      const report = await checkCommand(hop, [program], { urls });
      const failed = report.results.filter((one) => urls.includes(one.url) && !one.ok);
      assert.deepEqual(failed, [], program);
      assert.equal(report.verdict, 'proven', program);
    }
  },
);

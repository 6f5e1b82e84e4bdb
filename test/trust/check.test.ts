/** `trust check` with real interpreters and real programs. */
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { verificationSwitches } from '../../src/trust/environment.ts';
import { pythonOf, rustClients, without } from '../support/tools.ts';
import {
  checkCommand,
  type CheckReport,
  findPrograms,
  type PrivateHop,
  startPrivateHop,
} from '../support/trust-matrix.ts';
import { runEveryhop } from '../support/up.ts';

const python = pythonOf('clients');
const withPython = without('pythonClients');

async function writeApp(hop: PrivateHop, files: Record<string, string>): Promise<string> {
  const app = path.join(hop.folder, 'app');
  await mkdir(app);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(app, name), text);
  return app;
}

function outcomesOf({ results }: CheckReport, id: string): string[] {
  return results.filter(({ consumer }) => consumer === id).map(({ direction, outcome }) => `${direction}: ${outcome}`);
}

test('refuses a hop of another authority', { timeout: 120_000 }, async (t) => {
  const [hop, other] = await Promise.all([startPrivateHop(t), startPrivateHop(t)]);
  const report = await checkCommand(hop, [process.execPath], { urls: [other.url] });
  assert.deepEqual([report.code, report.ok], [1, false]);
  const strange = report.results.filter(({ url }) => url === other.url);
  assert.ok(strange.length > 0 && strange.every(({ outcome }) => outcome === 'refused'));
});

test(
  'tests private and public hops; skips the public one for a consumer that only adds roots',
  { timeout: 60_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const node = await checkCommand(hop, [process.execPath]);
    const directions = (report: CheckReport): string[] => [
      ...new Set(report.results.map(({ direction }) => direction)),
    ];
    assert.deepEqual(directions(node), ['private', 'without']);
    const git = await checkCommand(hop, ['git']);
    assert.deepEqual(directions(git), ['private', 'without', 'public']);
    assert.ok(git.ok && git.results.some(({ url }) => url === hop.url));
  },
);

test(
  'detects a library that ignores its variable, and one that does not verify',
  { skip: withPython, timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    // Fakes: httpx2 always uses the system's file, httpx never verifies.
    const library = (context: string): string => `import ssl, urllib.request, urllib.error
def get(url, timeout):
    try:
        urllib.request.urlopen(url, timeout=timeout, context=${context})
    except urllib.error.HTTPError:
        pass
`;
    const app = await writeApp(hop, {
      'httpx2.py': library('ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")'),
      'httpx.py': library('ssl._create_unverified_context()'),
    });
    const report = await checkCommand(hop, [python], { urls: [], env: { PYTHONPATH: app } });
    assert.deepEqual([report.code, report.ok], [1, false]);
    assert.deepEqual(outcomesOf(report, 'python-httpx2'), ['private: refused', 'without: refused', 'public: refused']);
    assert.deepEqual(outcomesOf(report, 'python-httpx'), [
      'private: verified',
      'without: verified',
      'public: verified',
    ]);
    assert.deepEqual(outcomesOf(report, 'python-requests'), [
      'private: verified',
      'without: refused',
      'public: verified',
    ]);
  },
);

test('reports cause and hint for a program whose settings override the variables', { timeout: 120_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  await writeFile(path.join(hop.folder, '.curlrc'), `cacert = "/etc/ssl/certs/ca-certificates.crt"\n`);
  const { code, stdout } = await runEveryhop(['trust', 'check', '--state', hop.state, '--', 'curl'], hop.folder);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^✗ curl does not verify a private hop \(https:.+\)\.\n(?: {2}.+\n)* {2}cause: .+ CURL_CA_BUNDLE, SSL_CERT_FILE\.\n {2}hint: .+full\.pem$/m,
  );
  assert.match(
    stdout,
    /^! This line chooses its own roots\.\n {2}.+\.curlrc:1\n {2}cacert = .+\n {2}cause: .+\n {2}hint: .+full\.pem$/m,
  );
});

test(
  'reports code that weakens verification with file and line, but not comments',
  { skip: withPython, timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const lines: [text: string, kind: 'off' | 'own-roots' | undefined][] = [
      ['# verify=False was here', undefined],
      ['requests.get(url, verify=False)', 'off'],
      ['options = {"verify": False}', 'off'],
      ['context.verify_mode = ssl.CERT_NONE', 'off'],
      ['os.environ["PYTHONHTTPSVERIFY"] = "0"', 'off'],
      ['requests.get(url, verify=True)', undefined],
      ['def get(url, verify=None): ...', undefined],
      ['session.verify = "/etc/office.pem"', 'own-roots'],
      ['session.verify = True', undefined],
      ['httpx.Client(verify=ssl.create_default_context(cafile="office.pem"))', 'own-roots'],
      ['httpx.Client(verify=office_context)', 'own-roots'],
      // Under run, certifi has the bundle.
      ['httpx.Client(verify=certifi.where())', undefined],
      ['httpx.Client(trust_env=False)', 'own-roots'],
    ];
    const app = await writeApp(hop, {
      'chat.py': lines.map(([text]) => `${text}\n`).join(''),
      'start.sh': 'curl -sk https://x\ncurl --silent https://kk\nexport LLAMA_DEPLOY_DISABLE_SSL=true\n',
      'settings.yaml': 'verify_ssl: false\n',
      '.npmrc': 'strict-ssl=false\n',
      'index.js': 'fetch(url, { rejectUnauthorized: false })\n',
    });
    const script = path.join(app, 'chat.py');
    // The system's Python, without the virtual environment's libraries.
    const bare = await realpath(python);
    const { code, ok, weakenings, results } = await checkCommand(hop, [bare, script], { urls: [] });
    assert.ok(results.length > 0 && results.every((result) => result.ok), 'every library verifies');
    assert.deepEqual([code, ok], [1, false]);
    const expected = lines.flatMap(([text, kind], index) =>
      kind ? [{ file: script, line: index + 1, text, kind }] : [],
    );
    assert.deepEqual(
      weakenings.filter(({ file }) => file === script),
      expected,
    );
    const others = weakenings
      .filter(({ file }) => file !== script)
      .map(({ file, line }) => `${path.basename(file)}:${line}`);
    assert.deepEqual(others.sort(), ['.npmrc:1', 'settings.yaml:1', 'start.sh:1', 'start.sh:3']);
  },
);

test('reports disabled verification in the environment and in a program’s settings', { timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const switched = await checkCommand(hop, [process.execPath], { env });
  assert.equal(switched.ok, false);
  assert.deepEqual(
    switched.switches.map(({ name }) => name),
    ['NODE_TLS_REJECT_UNAUTHORIZED'],
  );
  assert.ok(outcomesOf(switched, 'node-fetch').includes('without: verified'), 'the trial confirms it');

  await writeFile(path.join(hop.folder, '.curlrc'), 'silent\ninsecure\n');
  await writeFile(path.join(hop.folder, '.gitconfig'), '[http]\n\tsslVerify = false\n');
  const curl = await checkCommand(hop, ['curl']);
  assert.deepEqual(
    [curl.ok, curl.weakenings.map(({ file, line }) => [path.basename(file), line])],
    [false, [['.curlrc', 2]]],
  );
  const git = await checkCommand(hop, ['git']);
  assert.deepEqual([git.ok, git.weakenings.map(({ text }) => text)], [false, ['sslVerify = false']]);
  assert.ok(outcomesOf(git, 'git').includes('without: verified'));
});

test('reports a missing trust store, which Java ignores', { skip: without('java'), timeout: 120_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const env = {
    JAVA_TOOL_OPTIONS: '-Djavax.net.ssl.trustStore=/no/such/store -Djavax.net.ssl.trustStorePassword=wrong -Dx=y',
  };
  const java = await checkCommand(hop, ['java'], { urls: [], env });
  assert.equal(java.ok, true, 'verifies with the bundle’s store, without the former password');
  assert.deepEqual(
    java.dangling.map(({ name }) => name),
    ['-Djavax.net.ssl.trustStore'],
  );
  const off = { JAVA_TOOL_OPTIONS: '-Djdk.internal.httpclient.disableHostnameVerification' };
  assert.deepEqual(
    verificationSwitches(off).map(({ name }) => name),
    ['JAVA_TOOL_OPTIONS'],
  );
});

test('inspects binaries without running them', { skip: without('go', 'rustClients'), timeout: 120_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const programs = await findPrograms(hop.folder);
  const look = (program: string) => checkCommand(hop, [program], { urls: [] });
  const go = await look(programs.get('go')!);
  assert.equal(go.command.runtime, 'go');
  assert.deepEqual(go.command.binary, {
    language: 'go',
    variables: ['SSL_CERT_FILE', 'SSL_CERT_DIR'],
    ownRoots: false,
    libraries: [],
    hasTls: false,
  });
  // ureq contains roots even if it does not use them, so the binary alone does not decide.
  const native = await look(rustClients.nativeCerts);
  assert.deepEqual(native.command.binary, {
    language: 'rust',
    variables: ['SSL_CERT_FILE', 'SSL_CERT_DIR'],
    ownRoots: true,
    libraries: [],
    hasTls: true,
  });
  const webpki = await look(rustClients.webpkiRoots);
  assert.deepEqual(webpki.command.binary, {
    language: 'rust',
    variables: [],
    ownRoots: true,
    libraries: [],
    hasTls: true,
  });
  for (const one of [go, native, webpki])
    assert.deepEqual([one.code, one.ok, one.results], [1, false, []], 'inspection is no proof');

  const said = async (program: string, language: string) =>
    (await runEveryhop(['trust', 'check', '--lang', language, '--state', hop.state, '--', program], hop.folder)).stdout;
  assert.match(
    await said(rustClients.webpkiRoots, 'en'),
    /has public roots compiled in and contains no known variable.*full\.pem/,
  );
  assert.match(await said(rustClients.webpkiRoots, 'zh'), /内置了公共根证书，且未出现任何已知变量/);
  assert.match(
    await said(programs.get('go')!, 'en'),
    /contains SSL_CERT_FILE, SSL_CERT_DIR, .*\nTo test the program itself.*\{url\}/,
  );
});

test(
  'runs a command that contains {url}, of any kind',
  { skip: without('rustClients'), timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const good = await checkCommand(hop, [rustClients.nativeCerts, '{url}']);
    assert.deepEqual([good.code, good.ok], [0, true]);
    assert.deepEqual(outcomesOf(good, 'command'), [
      'private: verified',
      'without: refused',
      'public: verified',
      'private: verified',
    ]);
    const bad = await checkCommand(hop, [rustClients.webpkiRoots, '{url}']);
    assert.deepEqual([bad.code, bad.ok], [1, false]);
    assert.deepEqual(outcomesOf(bad, 'command'), [
      'private: refused',
      'without: refused',
      'public: refused',
      'private: refused',
    ]);
    // A command that never connects fails; one that never ends is killed with its children.
    const idle = await checkCommand(hop, ['sh', '-c', ': {url}'], { urls: [] });
    assert.deepEqual(
      [idle.ok, outcomesOf(idle, 'command')],
      [false, ['private: failed', 'without: failed', 'public: failed']],
    );
    const stubborn = await checkCommand(hop, ['sh', '-c', 'curl -sS {url}; exec sleep 300'], { urls: [] });
    assert.ok(stubborn.ok, 'keeps running silently after the refusal');
    const marker = `${process.pid}${Date.now()}`.slice(-9);
    const endless = await checkCommand(hop, ['sh', '-c', `curl -sS {url} && sleep 8${marker}`], { urls: [] });
    assert.deepEqual(
      [endless.ok, outcomesOf(endless, 'command')],
      [true, ['private: verified', 'without: refused', 'public: verified']],
    );
    assert.notEqual((await execute('pgrep', ['-f', `sleep 8${marker}`])).code, 0);
    const insecure = await checkCommand(hop, ['curl', '-sk', '{url}'], { urls: [] });
    assert.ok(!insecure.ok && outcomesOf(insecure, 'command').includes('without: verified'));
  },
);

test(
  'fails for a client with a fixed context; a session’s verify yields to the variable',
  { skip: withPython, timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const app = await writeApp(hop, {
      'pinned.py': `import httpx, ssl, sys
context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
httpx.Client(verify=context).get(sys.argv[1])
`,
      'session.py': `import requests, sys, certifi
session = requests.Session()
session.verify = certifi.where()
session.get(sys.argv[1])
`,
    });
    const check = (name: string) =>
      checkCommand(hop, ['sh', '-c', `exec ${python} ${path.join(app, name)} {url}`], { urls: [] });
    const pinned = await check('pinned.py');
    assert.deepEqual([pinned.ok, outcomesOf(pinned, 'command')[0]], [false, 'private: refused']);
    const session = await check('session.py');
    assert.deepEqual(outcomesOf(session, 'command'), ['private: verified', 'without: refused', 'public: verified']);
  },
);

test('skips launchers, and tests Node for package managers', { timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const curl = await checkCommand(hop, ['env', 'A=b', 'nice', '-n', '5', 'curl', 'https://x'], { urls: [] });
  assert.deepEqual([curl.ok, curl.command.runtime], [true, 'curl']);
  const project = await writeApp(hop, { 'index.js': 'fetch(url, { rejectUnauthorized: false })\n' });
  const npm = await checkCommand(hop, ['npm', 'start'], { urls: [], cwd: project });
  assert.equal(npm.command.runtime, 'npm');
  assert.ok(npm.results.every(({ ok }) => ok) && outcomesOf(npm, 'node-fetch').length > 0);
  assert.deepEqual([npm.ok, npm.weakenings.map(({ file }) => path.basename(file))], [false, ['index.js']]);
  const copy = path.join(hop.folder, 'my-client');
  await copyFile('/usr/bin/env', copy);
  await chmod(copy, 0o755);
  const unknown = await checkCommand(hop, [copy], { urls: [] });
  assert.deepEqual([unknown.ok, unknown.command.runtime, unknown.command.binary?.variables], [false, undefined, []]);
});

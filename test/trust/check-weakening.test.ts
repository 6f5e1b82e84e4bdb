/** Code in languages other than Python that disables verification, and similar harmless code. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { bundlePaths } from '../../src/trust/bundle/paths.ts';
import { weakeningFinding } from '../../src/trust/findings.ts';
import { findWeakenings } from '../../src/trust/weakening.ts';
import { mends } from '../support/outside.ts';
import { temporaryFolder } from '../support/up.ts';

/** Per file: lines that disable verification, then harmless ones. */
const corpus: Record<string, [off: string[], harmless: string[]]> = {
  'client.go': [['TLSClientConfig: &tls.Config{InsecureSkipVerify: true},'], ['InsecureSkipVerify: false,']],
  'client.rs': [['.danger_accept_invalid_certs(true)'], ['.danger_accept_invalid_certs(false)']],
  'client.rb': [['http.verify_mode = OpenSSL::SSL::VERIFY_NONE'], ['http.verify_mode = OpenSSL::SSL::VERIFY_PEER']],
  'client.php': [
    [
      'curl_setopt($h, CURLOPT_SSL_VERIFYPEER, false);',
      'CURLOPT_SSL_VERIFYHOST => 0,',
      "'ssl' => ['verify_peer' => false],",
      "new Client(['verify' => false]);",
    ],
    ['curl_setopt($h, CURLOPT_SSL_VERIFYPEER, true);', "new Client(['verify' => '/etc/office.pem']);"],
  ],
  'Client.java': [['.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)'], ['new DefaultHostnameVerifier()']],
  'Client.cs': [['HttpClientHandler.DangerousAcceptAnyServerCertificateValidator'], ['new HttpClientHandler()']],
  'client.mjs': [
    ['https.get(url, { rejectUnauthorized: false })', "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'"],
    ['https.get(url, { rejectUnauthorized: true })', "if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') stop()"],
  ],
  'start.sh': [
    [
      'curl -fsSk https://x',
      'curl --insecure https://x',
      'wget --no-check-certificate https://x',
      'git -c http.sslVerify=false pull',
    ],
    ['curl -fsS https://x/k', 'curl --silent --keepalive-time 5 https://x', 'wget https://x', 'ask -k'],
  ],
  Dockerfile: [
    [
      'ENV NODE_TLS_REJECT_UNAUTHORIZED=0',
      'RUN pip install --trusted-host pypi.test x',
      'RUN npm config set strict-ssl false',
    ],
    ['ENV NODE_TLS_REJECT_UNAUTHORIZED=1', 'RUN pip install x'],
  ],
  'compose.yaml': [
    ['  NODE_TLS_REJECT_UNAUTHORIZED: "0"', 'verify_ssl: false', 'insecure_skip_verify: true'],
    ['verify_ssl: true'],
  ],
  'settings.toml': [['tls_verify = false'], ['tls_verify = true']],
  '.env': [['PYTHONHTTPSVERIFY=0'], ['PORT=0']],
  'pip.conf': [['trusted-host = pypi.test'], ['index-url = https://pypi.test']],
};

test('reports exactly the lines that disable verification', async (t) => {
  const folder = await temporaryFolder(t, 'weakening');
  const expected: string[] = [];
  for (const [name, [off, harmless]] of Object.entries(corpus)) {
    await writeFile(path.join(folder, name), [...off, ...harmless].join('\n'));
    expected.push(...off.map((_, index) => `${name}:${index + 1}`));
  }
  // Third-party code, which the user cannot fix.
  for (const others of ['node_modules', '.venv', '.git']) {
    await mkdir(path.join(folder, others));
    await writeFile(path.join(folder, others, 'client.rb'), 'VERIFY_NONE\n');
  }
  const found = await findWeakenings(path.join(folder, 'start.sh'));
  const off = found.filter(({ kind }) => kind === 'off').map(({ file, line }) => `${path.basename(file)}:${line}`);
  assert.deepEqual(off.sort(), expected.sort());
});

/** Per file: lines that assign a variable of `run`, then harmless ones. */
const assignments: Record<string, [own: string[], harmless: string[]]> = {
  'app.py': [
    [
      "os.environ['SSL_CERT_FILE'] = out",
      'os.environ["REQUESTS_CA_BUNDLE"]=str(path)',
      'os.putenv("CURL_CA_BUNDLE", path)',
      "os.environ.update({'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH': path})",
      'os.environ.update(SSL_CERT_FILE=path)',
      "os.environ.pop('SSL_CERT_FILE', None)",
      "del os.environ['SSL_CERT_FILE']",
      "environ['HTTPLIB2_CA_CERTS'] = path",
    ],
    [
      "os.environ.setdefault('SSL_CERT_FILE', path)",
      "if os.environ['SSL_CERT_FILE'] == path:",
      "path = os.environ['SSL_CERT_FILE']",
      "os.environ['SSL_CERT_FILE'] = certifi.where()",
      "os.environ['OFFICE_CERT_FILE'] = path",
    ],
  ],
  'app.mjs': [
    [
      "process.env.NODE_EXTRA_CA_CERTS = '/etc/office.pem'",
      "process.env['SSL_CERT_FILE'] = file",
      'delete process.env.NODE_EXTRA_CA_CERTS',
    ],
    [
      "process.env.NODE_EXTRA_CA_CERTS ??= '/etc/office.pem'",
      'if (process.env.NODE_EXTRA_CA_CERTS === undefined) stop()',
    ],
  ],
  'app.rb': [["ENV['SSL_CERT_FILE'] = path"], ["ENV['SSL_CERT_FILE'] ||= path", "puts ENV['SSL_CERT_FILE']"]],
  'app.go': [['os.Setenv("SSL_CERT_FILE", path)'], ['os.Getenv("SSL_CERT_FILE")']],
  'app.rs': [['env::set_var("SSL_CERT_FILE", path);'], ['env::var("SSL_CERT_FILE")']],
  'app.pl': [['$ENV{PERL_LWP_SSL_CA_FILE} = $path;'], ['print $ENV{PERL_LWP_SSL_CA_FILE};']],
  'run.sh': [
    ['export SSL_CERT_FILE=/etc/office.pem', 'REQUESTS_CA_BUNDLE=/etc/office.pem python app.py', 'unset SSL_CERT_FILE'],
    [
      'export SSL_CERT_FILE="${SSL_CERT_FILE:-/etc/office.pem}"',
      'echo "$SSL_CERT_FILE"',
      'if [ -z "$SSL_CERT_FILE" ]; then exit 1; fi',
    ],
  ],
  Dockerfile: [
    ['ENV SSL_CERT_FILE=/etc/office.pem', 'ENV REQUESTS_CA_BUNDLE /etc/office.pem', 'ENV PORT=80 SSL_CERT_FILE=/x.pem'],
    ['RUN ls $SSL_CERT_FILE'],
  ],
  '.env': [['SSL_CERT_FILE=/etc/office.pem'], ['SSL_CERT_FILE=', 'PORT=1']],
  'docker-compose.yml': [
    ['      - SSL_CERT_FILE=/etc/office.pem', '      NODE_EXTRA_CA_CERTS: /etc/office.pem'],
    ['      - ./office.pem:/etc/office.pem'],
  ],
};

test('reports exactly the lines that replace the roots of run, with file and line', async (t) => {
  mends(t, 'trust/app-overwrites-ssl-cert-file');
  const folder = await temporaryFolder(t, 'assignments');
  for (const language of Object.keys(assignments)) {
    // Of two languages, only that of the program counts.
    const home = path.join(folder, `of-${language}`);
    await mkdir(home);
    const [own, harmless] = assignments[language]!;
    await writeFile(path.join(home, language), [...own, ...harmless].join('\n'));
    const found = await findWeakenings(path.join(home, language));
    assert.deepEqual(
      found.map(({ kind, line, text }) => [kind, line, text]),
      own.map((text, index) => ['own-roots', index + 1, text.trim()]),
      language,
    );
  }
});

test('for h2oGPT, the finding names its folder for certificates', async (t) => {
  mends(t, 'trust/app-overwrites-ssl-cert-file');
  const folder = await temporaryFolder(t, 'h2ogpt');
  const source = `def append_certificates(files):
    combined = certifi_file + files
    os.environ['SSL_CERT_FILE'] = combined
`;
  await writeFile(path.join(folder, 'gen.py'), source);
  const [found] = await findWeakenings(path.join(folder, 'gen.py'));
  const { code, hint, place } = findingReport(weakeningFinding(found!, bundlePaths('/state/trust')), 'en');
  assert.deepEqual([code, place?.line], ['trust.roots-folder', 3]);
  assert.match(hint!, /sudo install -D -m 644 \/state\/trust\/private\.pem \/etc\/ssl\/more-certs\/everyhop\.pem/);
});

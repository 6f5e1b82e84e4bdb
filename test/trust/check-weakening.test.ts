/** Code in languages other than Python that disables verification, and similar harmless code. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { findWeakenings } from '../../src/trust/weakening.ts';
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

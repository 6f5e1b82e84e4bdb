/** Observations before and after a change of a real nginx. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { test, type TestContext } from 'node:test';
import { findingReport } from '../../../src/app/messages.ts';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { fill } from '../../../src/base/language.ts';
import type { Expectation } from '../../../src/nginx/proof/expectation.ts';
import type { Difference } from '../../../src/nginx/proof/finding.ts';
import { type Observation, observe } from '../../../src/nginx/proof/observe.ts';
import { prove } from '../../../src/nginx/proof/prove.ts';
import type { Target } from '../../../src/nginx/proof/target.ts';
import { make } from '../../probe/certificates.ts';
import { listen } from '../../probe/servers.ts';
import { nginxConf, nginxFolder, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { freePorts } from '../../support/up.ts';
import { targetAt } from './blocks.ts';

const skip = without('nginx');
const root = await make({ subject: 'Root', authority: true });
const former = await make({ subject: 'former', issuer: root, dns: ['chat.test', 'other.test'] });
const renewed = await make({ subject: 'renewed', issuer: root, dns: ['chat.test'] });
const strange = await make({ subject: 'strange', dns: ['chat.test'] });
const serialOf = ({ pem }: { pem: string }): string => new X509Certificate(pem).serialNumber.toLowerCase();
/** Shortens the delays before retries, but not the time-outs. */
const hasty: Clock = {
  ...systemClock,
  after: (delayMs, run) => systemClock.after(delayMs < 5_000 ? delayMs / 20 : delayMs, run),
};
const options = { clock: hasty, roots: [root.pem] };
const pair = (name: string): string => `ssl_certificate ${name}.pem; ssl_certificate_key ${name}.key;`;
const files = Object.fromEntries(
  Object.entries({ former, renewed, strange }).flatMap(([name, { pem, keyPem }]) => [
    [`${name}.pem`, pem],
    [`${name}.key`, keyPem],
  ]),
);

/** The findings for an nginx with the second `http` block, after two rounds of observations with the first. */
async function change(
  t: TestContext,
  [first, second]: [string, string],
  targets: { before: Target[]; after?: Target[] },
  expectations: Expectation[] = [],
): Promise<{ findings: string[]; remarks: string[]; raw: Difference[]; observations: Observation[] }> {
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(first), ...files });
  const nginx = await startNginx(t, { folder });
  const before = [await observe(targets.before, options), await observe(targets.before, options)];
  await writeFile(nginx.confFile, nginxConf(second));
  await nginx.stop();
  const changed = await startNginx(t, { folder });
  const { findings, remarks, observations } = await prove(
    { before, targets: targets.after ?? targets.before, expectations },
    options,
  );
  await changed.stop();
  const lines = findings.map(({ params }) => fill('{url}: {meant}; {seen}', params, 'en'));
  return { findings: lines, remarks: remarks.map(({ error }) => error.message), raw: findings, observations };
}

test('finds nothing if all sites answer as before', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  const block = `server { listen 127.0.0.1:${port}; listen [::1]:${port}; server_name a.test; return 302 /login?state=$msec; }
    server { listen 127.0.0.1:${tlsPort} ssl; server_name other.test; ${pair('former')} return 200 "text"; }`;
  const before = [
    targetAt('127.0.0.1', port, 'a.test'),
    targetAt('::1', port, 'a.test'),
    targetAt('127.0.0.1', tlsPort, 'other.test', { secure: true }),
  ];
  assert.deepEqual((await change(t, [block, block], { before })).findings, []);
});

test('reports every change of an unaffected site, with name and address', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  const first = `server { listen 127.0.0.1:${port}; server_name status.test; return 200; }
    server { listen 127.0.0.1:${port}; server_name moved.test; return 301 /one; }
    server { listen 127.0.0.1:${port}; server_name gone.test; return 200 "x"; }
    server { listen 127.0.0.1:${port}; server_name page.test; location / { default_type text/html; return 200 "<title>One</title>"; } }
    server { listen 127.0.0.1:${tlsPort} ssl; server_name other.test; ${pair('former')} return 200; }`;
  const second = `server { listen 127.0.0.1:${port}; server_name status.test; return 403; }
    server { listen 127.0.0.1:${port}; server_name moved.test; return 301 /two; }
    server { listen 127.0.0.1:${port}; server_name gone.test; return 444; }
    server { listen 127.0.0.1:${port}; server_name page.test; location / { default_type text/html; return 200 "<title>Two</title>"; } }
    server { listen 127.0.0.1:${tlsPort} ssl http2; server_name other.test; ${pair('renewed')}
      add_header Strict-Transport-Security max-age=1; return 200; }`;
  const names = ['status.test', 'moved.test', 'gone.test', 'page.test'];
  const before = [
    ...names.map((name) => targetAt('127.0.0.1', port, name)),
    targetAt('127.0.0.1', tlsPort, 'other.test', { secure: true }),
  ];
  const { findings } = await change(t, [first, second], { before });
  const at = `:${port}/ (127.0.0.1)`;
  const secure = `https://other.test:${tlsPort}/ (127.0.0.1)`;
  const print = ({ pem }: { pem: string }): string =>
    new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  assert.deepEqual(findings, [
    `http://status.test${at}: status 200; status 403`,
    `http://moved.test${at}: Location: http://moved.test:${port}/one; Location: http://moved.test:${port}/two`,
    `http://gone.test${at}: an answer; no answer: the server closed the connection early (socket hang up)`,
    `http://page.test${at}: the page titled “One”; the page titled “Two”`,
    `${secure}: the certificate with fingerprint ${print(former)}; the certificate with fingerprint ${print(renewed)}`,
    `${secure}: protocol http/1.1; protocol h2`,
    `${secure}: Strict-Transport-Security: –; Strict-Transport-Security: max-age=1`,
  ]);
});

test('detects another site by its body, even with the same status and type', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const first = `server { listen 127.0.0.1:${port}; server_name a.test; return 200 "site a"; }
    server { listen 127.0.0.1:${port}; server_name b.test; return 200 "site b"; }`;
  const second = `server { listen 127.0.0.1:${port}; server_name a.test b.test; return 200 "site a"; }`;
  const before = ['a.test', 'b.test'].map((name) => targetAt('127.0.0.1', port, name));
  const { findings } = await change(t, [first, second], { before });
  assert.deepEqual(findings, [
    `http://b.test:${port}/ (127.0.0.1): the site's own content; the content of http://a.test:${port}/`,
  ]);
});

test('ignores values that differ on each request, and compares the others', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  let count = 0;
  const app = http.createServer((_, response) => {
    count++;
    response.writeHead(200 + (count % 3), { 'content-type': 'text/html' });
    response.end(`<title>Visit ${count}</title>`);
  });
  const upstream = await listen(t, app);
  const block = (header: string): string =>
    `server { listen 127.0.0.1:${port}; ${header} location / { proxy_pass http://127.0.0.1:${upstream}; } }`;
  const before = [targetAt('127.0.0.1', port, 'a.test')];
  assert.deepEqual((await change(t, [block(''), block('')], { before })).findings, []);
  const { findings } = await change(t, [block(''), block('add_header Strict-Transport-Security max-age=9 always;')], {
    before,
  });
  assert.deepEqual(findings, [
    `http://a.test:${port}/ (127.0.0.1): Strict-Transport-Security: –; Strict-Transport-Security: max-age=9`,
  ]);
});

test('retries an app that fails for a moment before it reports anything', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  let failing = false;
  const app = http.createServer((_, response) => {
    response.writeHead(failing ? 503 : 200).end('x');
    failing = false;
  });
  const upstream = await listen(t, app);
  const folder = await nginxFolder(t, {
    'nginx.conf': nginxConf(
      `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; } }`,
    ),
  });
  await startNginx(t, { folder });
  const targets = [targetAt('127.0.0.1', port, 'a.test')];
  const before = [await observe(targets, options), await observe(targets, options)];
  failing = true;
  const { findings, observations } = await prove({ before, targets, expectations: [] }, options);
  assert.deepEqual(findings, []);
  assert.equal(observations[0]?.status, 200);
});

test('accepts a new answer where there was none, but not a missing one', { skip }, async (t) => {
  const [port, other] = (await freePorts(2)) as [number, number];
  const opening = (which: number): string => `server { listen 127.0.0.1:${which}; return 200; }`;
  const before = [port, other].map((which) => targetAt('127.0.0.1', which, 'a.test'));
  const { findings } = await change(t, [opening(port), opening(other)], { before });
  assert.equal(findings.length, 1);
  assert.match(findings[0]!, new RegExp(`^http://a.test:${port}/ .*: an answer; no answer: connection refused$`));
});

const plainAndSecure = (port: number, tlsPort: number): { plain: Target; secure: Target } => ({
  plain: targetAt('127.0.0.1', port, 'chat.test'),
  secure: targetAt('127.0.0.1', tlsPort, 'chat.test', { secure: true }),
});

test(
  'finds nothing for a site with HTTPS enabled: certificate, redirect, HSTS and the same answer',
  { skip },
  async (t) => {
    const [port, tlsPort] = (await freePorts(2)) as [number, number];
    const { plain, secure } = plainAndSecure(port, tlsPort);
    const first = `server { listen 127.0.0.1:${port}; server_name chat.test; return 403; }`;
    const second = `server { listen 127.0.0.1:${port}; server_name chat.test; return 308 https://$host:${tlsPort}$request_uri; }
    server { listen 127.0.0.1:${tlsPort} ssl http2; server_name chat.test; ${pair('renewed')}
      add_header Strict-Transport-Security max-age=300 always; return 403; }`;
    const { findings, observations } = await change(t, [first, second], { before: [plain], after: [plain, secure] }, [
      { kind: 'redirect', target: plain, port: tlsPort },
      {
        kind: 'certificate',
        target: secure,
        serial: serialOf(renewed),
        strictTransportSecurity: 'max-age=300',
      },
    ]);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      observations.map(({ trail }) => trail?.end),
      ['answered', 'answered'],
    );
  },
);

test(
  'reports a wrong certificate, an unverifiable one, missing HSTS, another status, a redirect that loses the query',
  { skip },
  async (t) => {
    const [port, tlsPort, otherTls] = (await freePorts(3)) as [number, number, number];
    const { plain, secure } = plainAndSecure(port, tlsPort);
    const unverified = targetAt('127.0.0.1', otherTls, 'chat.test', { secure: true });
    const first = `server { listen 127.0.0.1:${port}; server_name chat.test; return 200; }`;
    const second = `server { listen 127.0.0.1:${port}; server_name chat.test; return 301 https://$host:${tlsPort}$uri; }
    server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('former')} return 404; }
    server { listen 127.0.0.1:${otherTls} ssl; server_name chat.test; ${pair('strange')} return 200; }`;
    const { findings, remarks } = await change(
      t,
      [first, second],
      { before: [plain], after: [plain, secure, unverified] },
      [
        { kind: 'redirect', target: plain, port: tlsPort },
        {
          kind: 'certificate',
          target: secure,
          serial: serialOf(renewed),
          strictTransportSecurity: 'max-age=300',
        },
        { kind: 'certificate', target: unverified, serial: serialOf(strange) },
      ],
    );
    const path = '/everyhop-proof/a%20path?with=a&query=%2F';
    const at = `https://chat.test:${tlsPort}/ (127.0.0.1)`;
    assert.deepEqual(findings, [
      `http://chat.test:${port}/ (127.0.0.1): status 308 to https://chat.test:${tlsPort}${path}; status 301 to https://chat.test:${tlsPort}/everyhop-proof/a path`,
      `${at}: the certificate with serial ${serialOf(renewed)}; the certificate with serial ${serialOf(former)}`,
      `${at}: status 200; status 404`,
      `https://chat.test:${otherTls}/ (127.0.0.1): a certificate that verifies; a certificate that does not verify: the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    ]);
    // Not worth losing HTTPS.
    assert.equal(remarks.length, 1);
    assert.match(
      remarks[0]!,
      new RegExp(`^https://chat.test:${tlsPort}/ works, but does not send the Strict-Transport`),
    );
  },
);

test('reports a redirect loop of an app that returns to http://, and a closed TLS port', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  const { plain, secure } = plainAndSecure(port, tlsPort);
  const first = `server { listen 127.0.0.1:${port}; server_name chat.test; return 200; }`;
  const redirecting = `server { listen 127.0.0.1:${port}; server_name chat.test; return 308 https://$host:${tlsPort}$request_uri; }`;
  const looping = `${redirecting}
    server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('renewed')} return 302 http://$host:${port}/; }`;
  const expectations: Expectation[] = [
    { kind: 'redirect', target: plain, port: tlsPort },
    { kind: 'certificate', target: secure, serial: serialOf(renewed) },
  ];
  const targets = { before: [plain], after: [plain, secure] };
  const loop = await change(t, [first, looping], targets, expectations);
  const [http, https] = [`http://chat.test:${port}/`, `https://chat.test:${tlsPort}/`];
  assert.deepEqual(loop.findings, [
    `${http} (127.0.0.1): no redirect loop; a redirect loop: ${http} → ${https} → ${http}`,
    `${https} (127.0.0.1): no redirect loop; a redirect loop: ${https} → ${http} → ${https}`,
  ]);
  const nobody = await change(t, [first, redirecting], targets, expectations);
  assert.equal(nobody.findings.length, 1);
  assert.match(nobody.findings[0]!, /^https:.*: the certificate with serial .*; no answer: connection refused$/);
});

test(
  "accepts an app's own HSTS header, a page that waits for a cookie, and a different answer over HTTPS",
  { skip },
  async (t) => {
    const [port, tlsPort] = (await freePorts(2)) as [number, number];
    const { plain, secure } = plainAndSecure(port, tlsPort);
    const app = await listen(
      t,
      http.createServer((request, response) => {
        response.setHeader('strict-transport-security', 'max-age=31536000');
        const location = request.headers['x-secure'] ? '/?again' : '/login';
        response.writeHead(request.url === '/?again' || request.headers['x-secure'] ? 302 : 200, { location }).end();
      }),
    );
    const pass = (header = ''): string => `location / { ${header} proxy_pass http://127.0.0.1:${app}; }`;
    const first = `server { listen 127.0.0.1:${port}; server_name chat.test; ${pass()} }`;
    const second = `server { listen 127.0.0.1:${port}; server_name chat.test; return 308 https://$host:${tlsPort}$request_uri; }
    server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('renewed')}
      add_header Strict-Transport-Security max-age=300 always; ${pass('proxy_set_header X-Secure 1;')} }`;
    const { findings, observations } = await change(t, [first, second], { before: [plain], after: [plain, secure] }, [
      { kind: 'redirect', target: plain, port: tlsPort },
      { kind: 'certificate', target: secure, serial: serialOf(renewed), strictTransportSecurity: 'max-age=300' },
    ]);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      observations.map(({ trail }) => trail?.end),
      ['loop', 'loop'],
    );
    assert.equal(observations[1]!.strictTransportSecurity, 'max-age=31536000, max-age=300');
  },
);

test('reports an app that keeps redirecting to HTTPS, and one that fails over HTTPS', { skip }, async (t) => {
  const [port, tlsPort] = (await freePorts(2)) as [number, number];
  const { plain, secure } = plainAndSecure(port, tlsPort);
  const first = (answer: string): string => `server { listen 127.0.0.1:${port}; server_name chat.test; ${answer} }`;
  const over = (answer: string): string =>
    `server { listen 127.0.0.1:${tlsPort} ssl; server_name chat.test; ${pair('renewed')} ${answer} }`;
  const expectations: Expectation[] = [{ kind: 'certificate', target: secure, serial: serialOf(renewed) }];
  const targets = { before: [plain], after: [secure] };
  const insisting = `return 301 https://$host:${tlsPort}/;`;
  const url = `https://chat.test:${tlsPort}/`;
  const loop = await change(t, [first(insisting), over(insisting)], targets, expectations);
  assert.deepEqual(loop.findings, [`${url} (127.0.0.1): no redirect loop; a redirect loop: ${url} → ${url}`]);
  const failing = await change(t, [first('return 200;'), over('return 502;')], targets, expectations);
  assert.deepEqual(failing.findings, [`${url} (127.0.0.1): status 200; status 502`]);
  const asBefore = await change(t, [first('return 502;'), over('return 502;')], targets, expectations);
  assert.deepEqual(asBefore.findings, []);
});

test('ignores a target that the change removes', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const target = targetAt('127.0.0.1', port, 'chat.test');
  const first = `server { listen 127.0.0.1:${port}; return 200; }`;
  const second = `server { listen 127.0.0.1:${port}; return 410; }`;
  assert.deepEqual((await change(t, [first, second], { before: [target] }, [{ kind: 'any', target }])).findings, []);
});

test('a finding has a Chinese text and names its hop', { skip }, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const conf = (answer: string): string => `server { listen 127.0.0.1:${port}; return ${answer}; }`;
  const before = [targetAt('127.0.0.1', port, 'a.test')];
  const [finding] = (await change(t, [conf('200'), conf('403')], { before })).raw;
  const { message, evidence, hop } = findingReport(finding!, 'zh');
  assert.match(message, /状态码 403.*状态码 200/);
  assert.deepEqual(evidence, ['预期：状态码 200', '实际：状态码 403']);
  const to = { host: 'a.test', url: `http://a.test:${port}/`, port, address: '127.0.0.1' };
  assert.deepEqual(hop, { from: { role: 'visitor' }, to });
  const [silent] = (await change(t, [conf('200'), conf('444')], { before })).raw;
  assert.match(findingReport(silent!, 'zh').evidence[1]!, /^实际：无响应：服务器提前关闭了连接/);
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import type { Finding } from '../../src/hop/finding.ts';
import { bundlePaths } from '../../src/trust/bundle/paths.ts';
import { resultOf, type Trial } from '../../src/trust/check.ts';
import { consumers } from '../../src/trust/consumers.ts';
import { settingFindings, trapFinding, trialFinding, weakeningFinding } from '../../src/trust/findings.ts';
import { commandId } from '../../src/trust/live.ts';

const full = '/state/trust/full.pem';
const paths = bundlePaths(path.dirname(full));
const messages = (finding: Finding): string[] =>
  (['en', 'zh'] as const).map((one) => findingReport(finding, one).message);

test('a failed trial is a finding with consumer, hop and output', () => {
  const trial = (direction: Trial['direction'], url = 'https://model.internal:8443/'): Trial => ({
    url,
    direction,
    env: {},
  });
  const refused = { outcome: 'refused', detail: 'unable to get local issuer certificate', version: '8.0' } as const;
  const curl = trialFinding(resultOf('curl', trial('private'), refused), full);
  assert.equal(curl.code, 'trust.variables-ignored');
  assert.deepEqual(messages(curl), [
    'curl 8.0 does not verify a private hop (https://model.internal:8443/).',
    'curl 8.0 未能验证私有连接（https://model.internal:8443/）。',
  ]);
  const { cause, hint, evidence, hop, severity } = findingReport(curl, 'en');
  assert.match(cause!, /CURL_CA_BUNDLE, SSL_CERT_FILE/);
  assert.ok(hint!.endsWith(full));
  assert.deepEqual([severity, evidence], ['error', ['unable to get local issuer certificate']]);
  assert.deepEqual(hop, {
    from: { role: 'process', name: 'curl' },
    to: { host: 'model.internal', port: 8443, url: 'https://model.internal:8443/' },
    trust: { roots: 'bundle' },
  });

  const own = trialFinding(resultOf(commandId, trial('private', 'https://[::1]/'), refused), full);
  assert.deepEqual([own.code, own.hop?.to], ['trust.hop-refused', { host: '::1', port: 443, url: 'https://[::1]/' }]);
  assert.match(messages(own)[1]!, /^命令本身 未能验证/);
  const open = trialFinding(resultOf('curl', trial('without'), { outcome: 'verified', detail: '' }), full);
  assert.deepEqual([open.code, open.hop?.trust, open.evidence], ['trust.hop-unverified', { roots: 'own' }, []]);
  const failed = trialFinding(resultOf('curl', trial('public'), { outcome: 'failed', detail: 'x' }), full);
  assert.equal(failed.code, 'trust.trial-failed');
});

test('a line that disables verification is an error, one with its own roots a warning, both with file and line', () => {
  const at = { file: '/app/chat.py', line: 3, text: 'verify=False' };
  const off = weakeningFinding({ ...at, kind: 'off' }, paths);
  assert.deepEqual(
    [off.severity, off.place, off.evidence],
    ['error', { file: '/app/chat.py', line: 3 }, ['verify=False']],
  );
  const own = weakeningFinding({ ...at, kind: 'own-roots' }, paths);
  assert.equal(own.severity, 'warning');
  assert.ok(findingReport(own, 'zh').hint!.includes(full));
});

test('every trap is a warning with cause and hint in both languages', () => {
  const traps = new Set(consumers.flatMap((consumer) => consumer.traps));
  assert.ok(traps.size > 5);
  for (const trap of traps) {
    const finding = trapFinding(trap, ['curl', 'wget']);
    for (const language of ['en', 'zh'] as const) {
      const { message, cause, hint, severity } = findingReport(finding, language);
      assert.match(message, /^curl, wget(: |：).+[.。]$/);
      assert.ok(severity === 'warning' && cause!.length > 5 && hint!.length > 5, trap);
      assert.equal(/\p{Script=Han}/u.test(message + cause + hint), language === 'zh', trap);
    }
  }
});

test('missing and unreadable former settings are warnings, disabled verification is an error', () => {
  const setting = { name: 'SSL_CERT_FILE', value: '/no/such/file' };
  const findings = settingFindings({ dangling: [setting], leftOut: [setting], switches: [setting] });
  assert.deepEqual(
    findings.map(({ code, severity }) => `${severity} ${code}`),
    ['warning trust.setting-dangling', 'warning trust.setting-replaced', 'error trust.switched-off'],
  );
});

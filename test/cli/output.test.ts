import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { EveryhopError } from '../../src/base/errors.ts';
import type { Language } from '../../src/base/language.ts';
import { baseError } from '../../src/base/messages.ts';
import { cliError } from '../../src/cli/messages.ts';
import { Output } from '../../src/cli/output.ts';
import { preflightWords } from '../../src/certificates/preflight/messages.ts';
import { edgeError } from '../../src/edge/messages.ts';
import { Fault, okFinding } from '../../src/hop/finding.ts';

function outputOf(options: { json?: boolean; language?: Language; terminal?: boolean; env?: NodeJS.ProcessEnv } = {}): {
  output: Output;
  stdout: () => string;
  stderr: () => string;
} {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const isTTY = options.terminal ?? false;
  const streams = {
    stdout: Object.assign(stdout, { isTTY }),
    stderr: Object.assign(stderr, { isTTY }),
    env: options.env ?? {},
  };
  return {
    output: new Output(streams, options.language ?? 'en', options.json ?? false),
    stdout: () => String(stdout.read() ?? ''),
    stderr: () => String(stderr.read() ?? ''),
  };
}

const taken = (): EveryhopError =>
  edgeError('edge.port-taken', { port: 443, address: '0.0.0.0', holder: 'nginx (process 8)' });

test('prints an error with code, place, cause and hint on standard error', () => {
  const { output, stdout, stderr } = outputOf();
  const error = baseError('file.missing', { file: 'a.pem' }, { place: { file: 'everyhop.yaml', line: 3, column: 7 } });
  assert.equal(output.error(error), 1);
  const text = stderr();
  assert.match(text, /^file\.missing: a\.pem does not exist\.\n {2}everyhop\.yaml:3:7\n {2}cause: .+\n {2}hint: .+\n$/);
  assert.equal(stdout(), '');
});

test('exits with 2 for wrong usage or configuration, with 1 for other errors', () => {
  assert.equal(outputOf().output.error(cliError('cli.no-command', {})), 2);
  assert.equal(outputOf().output.error(taken()), 1);
});

test('prints the same error in Chinese', () => {
  const { output, stderr } = outputOf({ language: 'zh' });
  output.error(taken());
  assert.match(stderr(), /端口 443 已被占用/);
});

test('with --json, prints the error as one JSON value on standard output and nothing else', () => {
  const { output, stdout, stderr } = outputOf({ json: true });
  output.line('cli.see-help', {});
  output.error(taken());
  assert.deepEqual(Object.keys((JSON.parse(stdout()) as { error: object }).error), [
    'code',
    'message',
    'cause',
    'hint',
  ]);
  assert.equal(stderr(), '');
});

test('uses colours only on a terminal, and not with NO_COLOR', () => {
  const colourful = outputOf({ terminal: true });
  colourful.output.error(taken());
  assert.ok(colourful.stderr().includes('\u001b['));
  for (const plain of [outputOf(), outputOf({ terminal: true, env: { NO_COLOR: '1' } })]) {
    plain.output.error(taken());
    assert.ok(!plain.stderr().includes('\u001b['));
  }
});

test('reports a foreign error as a defect, without secrets', () => {
  const { output, stderr } = outputOf();
  output.error(new TypeError('failed with Authorization: Bearer sk-abcdefghijklmnop'));
  const text = stderr();
  assert.match(text, /^internal\.defect/);
  assert.ok(!text.includes('abcdefghijklmnop'));
});

test('no character from outside can control the terminal or hide, in text or in JSON', () => {
  const hostile = 'a\u001b[2J\u009b31m\u202etxt\u2066\u200b\u061c\ufeff\u00ad\u{e0041}\rz';
  const risky = /[^\n\x20-\x7e]/;
  const text = outputOf();
  text.output.error(baseError('file.missing', { file: hostile }));
  const said = text.stderr();
  assert.doesNotMatch(said, risky);
  assert.match(said, /a\\u001b\[2J\\u009b31m\\u202etxt/);
  const json = outputOf({ json: true });
  json.output.value({ hostile });
  const line = json.stdout();
  assert.doesNotMatch(line, risky);
  assert.deepEqual(JSON.parse(line), { hostile });
});

test('prints a mark for each finding, and place, evidence, cause, hint and command for each failure', () => {
  const findings = [
    okFinding(preflightWords('preflight-fine.clock', {})),
    new Fault('warning', baseError('file.missing', { file: 'a.pem' })),
    new Fault('error', taken().at({ file: 'everyhop.yaml', line: 2 }), { evidence: ['a\u001b[31m'], fix: 'ss -ltnp' }),
  ];
  const { output, stdout, stderr } = outputOf();
  output.findings(findings, 'result');
  assert.match(
    stdout(),
    new RegExp(
      [
        '^✓ the clock agrees .+',
        '! a\\.pem does not exist\\.',
        '  cause: .+',
        '  hint: .+',
        '✗ .*443.*',
        '  everyhop\\.yaml:2',
        String.raw`  a\\u001b\[31m`,
        '  cause: .+',
        '  hint: .+',
        '  run: ss -ltnp\n$',
      ].join('\n'),
    ),
  );
  output.findings(findings, 'remark');
  assert.equal(stdout(), '');
  assert.match(stderr(), /^✓ /);
  const silent = outputOf({ json: true });
  silent.output.findings(findings, 'result');
  silent.output.findings(findings, 'remark');
  assert.equal(silent.stdout() + silent.stderr(), '');
});

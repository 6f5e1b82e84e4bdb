import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absoluteCommandFor, type Invocation, plainInvocation, spell } from '../../src/base/invocation.ts';
import { mends } from '../support/outside.ts';

const checkout: Invocation = {
  program: 'npm run -s everyhop --',
  absolute: ['/opt/node/bin/node', '/srv/every hop/bin/everyhop.js'],
  stateFolder: '/home/u/.local/state/everyhop',
  isDefaultState: true,
  configuration: '/srv/chat.yaml',
  trust: ['--root=/srv/office.pem'],
  nginx: ['--conf=/srv/nginx.conf'],
};
const elsewhere: Invocation = { ...checkout, stateFolder: "/srv/it's", isDefaultState: false };

test('fills in the program, and --state unless the folder is the default', (t) => {
  mends(t, 'ux/nginx-hint-state');
  assert.equal(spell('Run: {everyhop trust install}', plainInvocation), 'Run: everyhop trust install');
  assert.equal(spell('Run: {everyhop trust install}', checkout), 'Run: npm run -s everyhop -- trust install');
  const kept = String.raw`npm run -s everyhop -- certificates obtain --state '/srv/it'\''s' NAME`;
  assert.equal(spell('{everyhop certificates obtain} NAME', elsewhere), kept);
  assert.equal(
    spell('{everyhop --help}, {everyhop}', elsewhere).replaceAll('npm run -s everyhop --', 'E'),
    'E --help, E',
  );
});

test('keeps the options that choose what a command acts on', () => {
  const program = 'npm run -s everyhop --';
  assert.equal(
    spell('{everyhop run} -- python', checkout),
    `${program} run --config /srv/chat.yaml --root=/srv/office.pem -- python`,
  );
  assert.equal(spell('{everyhop config check}', elsewhere), `${program} config check /srv/chat.yaml`);
  assert.equal(spell('{everyhop nginx undo} a', checkout), `${program} nginx undo --conf=/srv/nginx.conf a`);
});

test('for root and for cron, names program, node and state folder by absolute path', () => {
  const start = "/opt/node/bin/node '/srv/every hop/bin/everyhop.js'";
  assert.equal(
    spell('sudo {everyhop trust install} --store system', checkout),
    `sudo ${start} trust install --state /home/u/.local/state/everyhop --store system`,
  );
  assert.equal(
    spell('sudo -u {user} {everyhop} … --state {folder}', checkout),
    `sudo -u {user} ${start} … --state {folder}`,
  );
  assert.equal(absoluteCommandFor(plainInvocation, 'nginx renew'), 'everyhop nginx renew');
});

/** A site with HTTPS switches to an authority that validates by challenges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { conf, plainMain } from '../corpus/sample.ts';
import { begin, succeeded } from '../corpus/trial.ts';
import { handshake, poll } from '../corpus/visitor.ts';
import { startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';

const name = 'chat.home.arpa';

test(
  'switches from the private authority to a public one without a failed request',
  { skip: without('nginx', 'openssl', 'pebble'), timeout: 90_000 },
  async (t) => {
    const site = (http: number): string =>
      conf`server { listen ${http}; server_name ${name}; location / { return 200 "hello"; } }
`;
    const sample = {
      title: '',
      names: [name] as [string],
      tree: (at: { http: number }) => ({ 'etc/nginx/nginx.conf': plainMain(at as never, site(at.http)) }),
    };
    const trial = await begin(t, sample, await startApp(t), inProcess);
    const { at } = trial;
    const port = ['--tls-port', String(at.tls)];
    const pebble = await startPebble(t, { config: { httpPort: at.http, tlsPort: at.tls } });
    const bare = await snapshot(at.root);
    succeeded(await trial.everyhop('secure', name, '--yes', ...port));
    const visit = { port: at.tls, name, isTls: true };
    const first = await handshake(visit);

    // With an unreachable authority, nginx keeps serving the current certificate.
    const unreachable = ['--authority', `https://127.0.0.1:${at.app}/dir`, '--agree-tos'];
    const failed = await trial.everyhop('secure', name, '--yes', ...port, ...unreachable);
    assert.equal(failed.code, 1, failed.stdout);
    assert.equal((await handshake(visit)).serial, first.serial);
    assert.match(failed.stderr, /acme\.unreachable/);

    const polling = poll(visit);
    t.after(() => polling.stop());
    const account = ['--agree-tos', '--email', 'ops@example.com', '--dns-resolver', pebble.dnsAddress];
    const authority = ['--authority', pebble.directoryUrl, '--authority-root', pebble.rootFile, ...account];
    succeeded(await trial.everyhop('secure', name, '--yes', ...port, ...authority));
    const { failures } = await polling.stop();
    assert.deepEqual(failures, []);
    const second = await handshake({ ...visit, ca: await pebble.issuerRoot() });
    assert.notEqual(second.serial, first.serial);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.deepEqual(await snapshot(at.root), bare);
  },
);

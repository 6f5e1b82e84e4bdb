/** The Debian package in a machine of Debian 12: installed, set up, upgraded, removed, purged. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { built } from '../support/builds.ts';
import { appUrl, name, pageFromOutside, startApp } from '../support/machine-app.ts';
import { bootMachine } from '../support/machine.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';
import { recordWayIn } from '../support/ways-in.ts';

const skip = without('debianRoot', 'nspawn', 'lintian');

/**
 * The same files as a later version, and once more with a small program, for lintian: it reads a large one for minutes. Compressed
 * fast.
 */
const later = `
set -eu
dpkg-deb --raw-extract "$1" "$2/tree"
sed -i 's/^Version: .*/&+later/' "$2/tree/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 --build "$2/tree" "$2/later.deb"
cp /usr/bin/true "$2/tree/usr/bin/everyhop"
sum=$(md5sum < /usr/bin/true | cut -c 1-32)
sed -i "s,^[0-9a-f]*  usr/bin/everyhop$,$sum  usr/bin/everyhop," "$2/tree/DEBIAN/md5sums"
dpkg-deb --root-owner-group -Zgzip -z1 --build "$2/tree" "$2/small.deb"
rm -r "$2/tree"
`;

test(
  'installs, serves when asked to, is upgraded with its state, removed and purged',
  { skip, timeout: 400_000 },
  async (t) => {
    const deb = await built('deb');
    const folder = await temporaryFolder(t, 'deb');
    const made = await execute('sh', ['-c', later, 'sh', deb, folder], { timeoutMs: 120_000 });
    assert.equal(made.code, 0, made.stderr);
    const { stdout: findings } = await execute('lintian', ['--fail-on', 'none', path.join(folder, 'small.deb')], {
      timeoutMs: 300_000,
    });
    assert.deepEqual(
      findings.split('\n').filter((line) => line.startsWith('E:')),
      [],
    );
    const machine = await bootMachine(t, [path.dirname(deb), folder]);
    await startApp(t, machine);
    const pid = async (): Promise<string> => machine.succeed('systemctl show --value --property MainPID everyhop');
    const root = async (): Promise<string> => machine.succeed('cat /var/lib/everyhop/root.pem');
    const apt = 'DEBIAN_FRONTEND=noninteractive dpkg';
    const startedMs = performance.now();

    await t.test('the service is installed, but neither enabled nor started', async () => {
      await machine.succeed(`${apt} --install ${deb}`);
      assert.match(await machine.succeed('everyhop version && systemctl is-enabled everyhop || true'), /\ndisabled\n$/);
      assert.equal((await machine.run('systemctl is-active everyhop')).stdout, 'inactive\n');
      const empty = await machine.run('systemctl start everyhop');
      assert.notEqual(empty.code, 0);
      assert.match(await machine.succeed('everyhop service status || true'), /last error, .*: config\.empty: /);
      await machine.succeed(
        'bash -n /usr/share/bash-completion/completions/everyhop && zcat /usr/share/man/man1/everyhop.1.gz',
      );
    });

    let seconds = 0;
    await t.test('serves the sites of its configuration', async () => {
      const lines = `sites:\\n  - host: ${name}\\n    upstream: ${appUrl}\\n`;
      await machine.succeed(`printf '${lines}' > /etc/everyhop/everyhop.yaml && systemctl enable --now everyhop`);
      assert.equal(await pageFromOutside(machine), 'the app\n');
      seconds = (performance.now() - startedMs) / 1000;
    });

    await t.test('an upgrade restarts it, and keeps root and configuration', async () => {
      const former = [await pid(), await root()];
      await machine.succeed(`${apt} --install ${folder}/later.deb`);
      assert.notEqual(await pid(), former[0]);
      assert.equal(await root(), former[1]);
      assert.equal(await pageFromOutside(machine), 'the app\n');
    });

    await t.test('a removal stops it; a purge keeps the private root unless asked', async () => {
      await machine.succeed(`${apt} --remove everyhop`);
      assert.notEqual((await machine.run('systemctl is-active everyhop')).code, 0);
      await machine.succeed('test -e /etc/everyhop/everyhop.yaml -a ! -e /usr/bin/everyhop');
      const former = await root();
      const purged = await machine.run(`${apt} --purge everyhop`);
      assert.match(purged.stderr, /stay in \/var\/lib\/everyhop/);
      assert.equal(await root(), former);
      await machine.succeed(`test ! -e /etc/everyhop && ${apt} --install ${deb}`);
      await machine.succeed(
        `echo 'everyhop everyhop/delete-state boolean true' | debconf-set-selections && ${apt} --purge everyhop`,
      );
      await machine.succeed('test ! -e /var/lib/everyhop && ! getent passwd everyhop');
      assert.equal(
        await machine.succeed(
          "find / -xdev -name '*everyhop*' ! -path '/proc/*' ! -path '/var/log/*' 2> /dev/null || true",
        ),
        '',
      );
      recordWayIn({
        way: 'Debian package',
        on: 'Debian 12 with systemd 252',
        provenFromOutside: true,
        keepsStateOnUpgrade: true,
        isRemoved: true,
        left: ['/var/lib/everyhop, unless the purge is told to delete it'],
        megabytes: statSync(deb).size / 1e6,
        seconds,
      });
    });
  },
);

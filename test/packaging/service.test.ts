/** The service under a real systemd: a machine of Debian 12 with the single executable. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { built } from '../support/builds.ts';
import { appUrl, eightLines, name, openStream, pageFromOutside, startApp } from '../support/machine-app.ts';
import { bootMachine } from '../support/machine.ts';
import { without } from '../support/tools.ts';
import { recordWayIn } from '../support/ways-in.ts';

const skip = without('debianRoot', 'nspawn');
test(
  'installs, serves, reloads, drains, restarts, is changed and removed under systemd',
  { skip, timeout: 300_000 },
  async (t) => {
    const executable = await built('exe');
    const machine = await bootMachine(t, [path.dirname(executable)]);
    const app = await startApp(t, machine);
    const property = async (key: string): Promise<string> =>
      (await machine.succeed(`systemctl show --value --property ${key} everyhop`)).trim();
    const startedMs = performance.now();
    await machine.succeed(`install -m 755 ${executable} /usr/local/bin/everyhop`);

    await t.test('with wrong arguments, nothing is installed', async () => {
      const wrong = await machine.run('everyhop service install --config /etc/everyhop/none.yaml');
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /^file\.missing: /);
      const nothing = await machine.run('everyhop service install');
      assert.match(nothing.stderr, /^service\.nothing-to-serve: /);
      assert.equal(await property('LoadState'), 'not-found');
    });

    await t.test('a file that the service user cannot read ends the installation', async () => {
      await machine.succeed('mkdir -m 700 /srv/closed && cp /etc/ssl/certs/ca-certificates.crt /srv/closed/root.pem');
      await machine.succeed(`mkdir -p /etc/everyhop && cat > /etc/everyhop/closed.yaml <<'END'
sites:
  - host: ${name}
    upstream: https://models.test/
    upstream_root: /srv/closed/root.pem
END`);
      const closed = await machine.run('everyhop service install --config /etc/everyhop/closed.yaml');
      assert.match(
        closed.stderr,
        /^service\.unreadable: The service user everyhop cannot read \/srv\/closed\/root\.pem/,
      );
      assert.equal(await property('LoadState'), 'not-found');
    });

    const install = `everyhop service install ${appUrl} --host ${name}`;
    await t.test('takes over the state of root, and serves as its own user', async () => {
      const former = await machine.succeed(
        'everyhop certificates obtain first.internal && cat /var/lib/everyhop/root.pem',
      );
      assert.match(former, /BEGIN CERTIFICATE/);
      const installed = await machine.succeed(install);
      assert.match(installed, /^everyhop\.service is installed and serves/);
      assert.equal(await pageFromOutside(machine), 'the app\n');
      const root = await machine.succeed('cat /var/lib/everyhop/root.pem');
      assert.ok(former.endsWith(root), 'the same root as before');
      const processes = await machine.succeed(
        'grep -h -e ^Uid -e ^CapEff $(sed s,^,/proc/, /sys/fs/cgroup/system.slice/everyhop.service/cgroup.procs | sed s,$,/status,)',
      );
      const [main, ...workers] = processes.match(/CapEff:\t\w+/g)!;
      assert.equal(main, 'CapEff:\t0000000000000400', 'CAP_NET_BIND_SERVICE');
      assert.ok(workers.length >= 2 && workers.every((one) => one === 'CapEff:\t0000000000000000'));
      assert.doesNotMatch(processes, /Uid:\t0\t/);
      assert.equal(await property('Type'), 'notify');
    });
    const seconds = (performance.now() - startedMs) / 1000;

    await t.test('says so in words and as JSON, in both languages', async () => {
      assert.match(
        await machine.succeed('everyhop service status'),
        /^everyhop\.service serves since .*\n  starts at boot\n/,
      );
      assert.match(await machine.succeed('everyhop service status --lang zh'), /^everyhop\.service 自 /);
      const status = JSON.parse(await machine.succeed('everyhop service status --json')) as Record<string, unknown>;
      assert.deepEqual([status['state'], status['isEnabled'], status['restarts']], ['active', true, 0]);
    });

    await t.test('commands of root name the user that the state belongs to', async () => {
      const refused = await machine.run('everyhop certificates obtain more.internal');
      assert.match(refused.stderr, /^store\.of-service: [^]*sudo -u everyhop /);
      const asUser = 'setpriv --reuid everyhop --regid everyhop --init-groups env HOME=/var/lib/everyhop';
      assert.match(await machine.succeed(`${asUser} everyhop certificates list`), new RegExp(`^${name}:|\n${name}:`));
    });

    await t.test('reloads, and restarts after a crash', async () => {
      const pid = await property('MainPID');
      await machine.succeed('systemctl reload everyhop');
      assert.equal(await property('MainPID'), pid);
      await machine.succeed('systemctl kill --signal KILL --kill-who main everyhop');
      await machine.succeed(
        'until [ "$(systemctl show --value -p NRestarts everyhop)" = 1 ] && systemctl -q is-active everyhop; do sleep 0.2; done',
      );
      assert.equal(await pageFromOutside(machine), 'the app\n');
    });

    await t.test('a stop lets a stream end: 8 of 8 lines', async () => {
      const { text, child } = await openStream(machine, app);
      const stopped = machine.run('systemctl stop everyhop');
      await machine.succeed(
        'until [ "$(systemctl show --value -p ActiveState everyhop)" = deactivating ]; do sleep 0.1; done',
      );
      for (let line = 2; line <= 8; line += 1) app.tick();
      await once(child, 'close');
      assert.equal(text(), eightLines);
      await stopped;
      assert.equal(await property('Result'), 'success');
      await machine.succeed('systemctl start everyhop');
    });

    await t.test('a change that does not start is taken back; the same arguments change nothing', async () => {
      const pid = await property('MainPID');
      assert.match(await machine.succeed(install), /^everyhop\.service already runs/);
      assert.equal(await property('MainPID'), pid);
      // systemd's own listener has the port.
      await machine.succeed('systemd-socket-activate --listen 9443 cat > /dev/null 2>&1 & sleep 1');
      const failed = await machine.run(`${install} --https-port 9443`);
      assert.match(failed.stderr, /^service\.start-failed: everyhop\.service did not start: edge\.port-taken: /);
      assert.equal(await pageFromOutside(machine), 'the app\n');
    });

    await t.test('removed: the state stays, and a second removal says that there is nothing', async () => {
      const { stdout, stderr } = await machine.run('everyhop service uninstall');
      assert.match(stdout, /^everyhop\.service is stopped and removed/);
      assert.match(stderr, /^The state stays in \/var\/lib\/everyhop/);
      assert.match(await machine.succeed('everyhop service uninstall'), /is not installed/);
      await machine.succeed('test -e /var/lib/everyhop/root.pem && ! ls /etc/systemd/system/everyhop*');
      recordWayIn({
        way: 'service',
        on: 'Debian 12 with systemd 252, the single executable',
        provenFromOutside: true,
        keepsStateOnUpgrade: true,
        isRemoved: true,
        left: ['/var/lib/everyhop', 'user everyhop'],
        megabytes: statSync(executable).size / 1e6,
        seconds,
      });
    });
  },
);

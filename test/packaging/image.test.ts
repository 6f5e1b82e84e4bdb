/** The container image under podman: read-only, without capabilities, as its own user and as the first process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { built } from '../support/builds.ts';
import { startContainers } from '../support/containers.ts';
import { eightLines } from '../support/machine-app.ts';
import { without } from '../support/tools.ts';
import { atEnd } from '../support/up.ts';
import { recordWayIn } from '../support/ways-in.ts';

const skip = without('podman', 'curl');
const hardened = '--read-only --cap-drop=all --security-opt=no-new-privileges';

test(
  'serves, is healthy only while it serves, keeps its state in a volume, and drains',
  { skip, timeout: 400_000 },
  async (t) => {
    const image = await built('image');
    const containers = await startContainers(t);
    const script = path.resolve(import.meta.dirname, '../support/outside-app.ts');
    const app = containers.start(process.execPath, [script, '127.0.0.1', '3000']);
    atEnd(t, () => app.kill());
    const appLines = createInterface({ input: app.stdout! });
    await once(appLines, 'line');

    const startedMs = performance.now();
    await containers.succeed(`podman load --quiet --input ${image} && podman tag $(podman images --quiet) everyhop`);
    const [size] = (await containers.succeed('podman image inspect --format {{.Size}} everyhop')).split('\n');
    assert.ok(Number(size) < 150e6, `${size} bytes`);
    const start = `podman run --detach --name edge --network host ${hardened} --volume state:/var/lib/everyhop --no-healthcheck everyhop up 3000 --host chat.test`;
    const healthy = 'podman exec edge /usr/bin/everyhop status > /dev/null 2>&1';
    const untilHealthy = `until ${healthy}; do podman exec edge /usr/bin/everyhop version > /dev/null || exit 1; done`;
    await containers.succeed(`${start} && ${untilHealthy}`);
    const copyRoot = 'podman cp edge:/var/lib/everyhop/root.pem root.pem';
    const curl = 'curl -sS --fail --max-time 60 --cacert root.pem --resolve chat.test:8443:127.0.0.1';
    assert.equal(await containers.succeed(`${copyRoot} && ${curl} https://chat.test:8443/`), 'the app\n');
    const seconds = (performance.now() - startedMs) / 1000;

    await t.test('its processes have a separate user, no capability and nothing to gain', async () => {
      const [pid] = (await containers.succeed('podman inspect --format {{.State.Pid}} edge')).split('\n');
      const status = await containers.succeed(
        `cat $(sed 's,[0-9][0-9]*,/proc/&/status,g' /proc/${pid}/task/${pid}/children) /proc/${pid}/status`,
      );
      assert.deepEqual([...new Set(status.match(/^(?:Uid|CapEff|CapBnd|NoNewPrivs):\t\w+/gm))].toSorted(), [
        'CapBnd:\t0000000000000000',
        'CapEff:\t0000000000000000',
        'NoNewPrivs:\t1',
        'Uid:\t65532',
      ]);
    });

    await t.test('as the first process: SIGTERM lets a stream end, 8 of 8 lines', async () => {
      const begun = once(appLines, 'line');
      const stream = containers.start('bash', ['-c', `${curl} -N https://chat.test:8443/stream`]);
      let text = '';
      stream.stdout!.on('data', (bytes: Buffer) => (text += bytes.toString()));
      await begun;
      const stopped = containers.succeed('podman stop --time 60 edge');
      await containers.succeed('while (exec 3<> /dev/tcp/127.0.0.1/8443) 2> /dev/null; do sleep 0.1; done');
      app.stdin!.write('\n'.repeat(7));
      await once(stream, 'close');
      assert.equal(text, eightLines);
      await stopped;
      assert.match(await containers.succeed('podman inspect --format {{.State.ExitCode}} edge'), /^0\n/);
    });

    await t.test(
      'a new container with the same volume has the same root; without one that serves, it is not healthy',
      async () => {
        await containers.succeed(`podman rm edge && ${start} && ${untilHealthy} && cp root.pem former.pem`);
        await containers.succeed(`${copyRoot} && cmp root.pem former.pem && ${curl} https://chat.test:8443/`);
        await containers.succeed(
          `podman stop edge && podman rm edge && ${start.replace('up 3000 --host chat.test', 'completion bash')}`,
        );
        assert.notEqual((await containers.run(healthy)).code, 0);
        await containers.succeed('podman rm --force edge && podman volume rm state && podman rmi --force everyhop');
        recordWayIn({
          way: 'container image',
          on: 'podman, read-only, no capabilities',
          provenFromOutside: true,
          keepsStateOnUpgrade: true,
          isRemoved: true,
          left: ['the volume, until it is removed'],
          megabytes: statSync(image).size / 1e6,
          seconds,
        });
      },
    );
  },
);

/**
 * Runs the Docker daemon against a private registry in separate namespaces, which end together with all their
 * processes.
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { cleanEnvironment, runEveryhop, temporaryFolder } from './up.ts';

const namespaces = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** Whether a program of another user can run this checkout. */
export function canOthersRun(): boolean {
  const args = [path.resolve(import.meta.dirname, '../../bin/everyhop.js'), '--version'];
  return process.getuid?.() === 0 && spawnSync(process.execPath, args, { uid: 65534, gid: 65534 }).status === 0;
}

/** True for root outside of most containers. */
export function canMakeNamespaces(): boolean {
  return spawnSync('unshare', [...namespaces, 'true']).status === 0;
}

/**
 * The registry is not on a loopback address, because Docker accepts any certificate from those. `/etc` is a copy, so
 * that `certs.d` and `hosts` are private to the daemon. Each pull prints one line. $1: folder, $2 and $3: node and
 * everyhop, $4: chain, $5: key, $6: state, $7: the file to copy into certs.d.
 */
const script = String.raw`
set -eu
cd "$1"
ip link set lo up
ip address add 192.0.2.7/32 dev lo
cp -a /etc etc && mount --bind etc /etc && mount -t tmpfs none /run
rm -rf /etc/docker /etc/hosts
echo "192.0.2.7 hub.test" > /etc/hosts
"$2" registry.mjs "$4" "$5" &
until [ -e listening ]; do sleep 0.05; done
start() {
  "$@" dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs --host "unix://$PWD/socket" \
    --data-root "$PWD/data" --exec-root "$PWD/exec" --pidfile "$PWD/daemon.pid" > daemon.log 2>&1 &
  until docker --host "unix://$PWD/socket" version > version.log 2>&1; do
    kill -0 $! || exit 1
    sleep 0.1
  done
}
pull() { docker --host "unix://$PWD/socket" pull hub.test:8443/everyhop-probe:1 2>&1 | tail -n 1; }
start env
pull
mkdir -p /etc/docker/certs.d/hub.test:8443
cp "$6/trust/$7" /etc/docker/certs.d/hub.test:8443/ca.crt
pull
rm -r /etc/docker
kill "$(cat daemon.pid)" && wait $!
start "$2" "$3" run --state "$6" --
pull
`;

const registry = `
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
const [chain, key] = process.argv.slice(2).map((file) => readFileSync(file));
const server = https.createServer({ cert: chain, key }, (request, response) => response.writeHead(404).end('no such image'));
server.on('tlsClientError', () => {});
server.listen(8443, '192.0.2.7', () => writeFileSync('listening', ''));
`;

/**
 * Pulls with an unconfigured daemon, with the file in certs.d, and with a daemon started by `everyhop run`.
 * @param certsFile the name of the file for certs.d, in the trust folder.
 */
export async function tryDocker(
  t: TestContext,
  certsFile: string,
): Promise<{ alone: string; setting: string; started: string }> {
  const folder = await temporaryFolder(t, 'docker');
  const state = path.join(folder, 'state');
  const obtained = await runEveryhop(['certificates', 'obtain', 'hub.test', '--state', state, '--json'], folder);
  const { live } = JSON.parse(obtained.stdout) as { live: { fullchain: string; privkey: string } };
  await runEveryhop(['env', '--state', state], folder); // makes the bundle
  await writeFile(path.join(folder, 'registry.mjs'), registry);
  const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
  const args = [folder, process.execPath, everyhop, live.fullchain, live.privkey, state, certsFile];
  const { stdout, stderr } = await execute('unshare', [...namespaces, 'sh', '-c', script, 'sh', ...args], {
    env: cleanEnvironment(folder),
    timeoutMs: 90_000,
  });
  const pulls = stdout.trim().split('\n');
  if (pulls.length !== 3) {
    const log = await readFile(path.join(folder, 'daemon.log'), 'utf8').catch(() => '');
    throw new Error([stdout, stderr, log.slice(-2000)].join('\n'));
  }
  const [alone, setting, started] = pulls.map((line) => {
    if (/x509: certificate signed by unknown authority/.test(line)) return 'refused';
    return line.includes('404') || line.includes('no such image') ? 'verified' : line;
  }) as [string, string, string];
  return { alone, setting, started };
}

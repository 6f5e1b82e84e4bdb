/** Real clients and a private hop: they fail alone and succeed under `run`, and `trust check` predicts both. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { say } from '../../src/cli/messages.ts';
import type { Consumer, ProbeOutcome, Setting } from '../../src/trust/consumer.ts';
import { consumers } from '../../src/trust/consumers.ts';
import { trustVariables } from '../../src/trust/environment.ts';
import { canMakeNamespaces, tryDocker } from '../support/docker.ts';
import { mends } from '../support/outside.ts';
import { javascriptModules, pythonOf, without } from '../support/tools.ts';
import {
  checkCommand,
  consumer,
  findPrograms,
  makeFirefoxProfile,
  type PrivateHop,
  probeOf,
  startPrivateHop,
  tryBrowser,
  tryConsumer,
} from '../support/trust-matrix.ts';
import { cleanEnvironment, runEveryhop, temporaryFolder } from '../support/up.ts';

const skip = without(
  'pythonClients',
  'pythonLibraries',
  'aria2',
  'wget2',
  'lftp',
  'gnutlsCli',
  'perl',
  'psql',
  'javascript',
  'java',
  'ruby',
  'php',
  'go',
  'cargo',
  'rustClients',
  'curl',
  'wget',
  'containerd',
  'chromium',
  'firefox',
  'certutil',
  'systemd',
  'docker',
);

/** Observed outcomes of one consumer, for its row of the table. */
interface Outcomes {
  alone?: string;
  started?: string;
  /** With the consumer's own setting or store. */
  setting?: string;
  check?: string;
}
/** The folder with axios. */
const javascriptFolder = path.dirname(javascriptModules);
const canTryDocker = canMakeNamespaces();
const rows = new Map<string, Outcomes>();

function record(id: string, outcomes: Outcomes): void {
  rows.set(id, { ...rows.get(id), ...outcomes });
}

test('every consumer: alone, under everyhop run, and with its own setting', { skip, timeout: 900_000 }, async (t) => {
  mends(t, 'trust/no-variable-reaches', 'trust/variables-that-run-does-not-set', 'trust/grpclib-certifi-only');
  const hop = await startPrivateHop(t);
  const programs = await findPrograms(hop.folder);
  await t.test('command-line clients', { timeout: 600_000 }, (own) => tryClients(own, hop, programs));
  await t.test('browsers', (own) => tryBrowsers(own, hop));
  await t.test('containerd with hosts.toml', () => tryHostsToml(hop));
  await t.test(
    'the Docker daemon',
    { skip: canTryDocker ? false : 'needs root, to create namespaces' },
    async (own) => {
      const [setting] = consumer('docker-daemon').settings as [Setting & { holds: string }];
      record('docker-daemon', await tryDocker(own, path.basename(setting.holds)));
      assert.deepEqual(rows.get('docker-daemon'), { alone: 'refused', setting: 'verified', started: 'verified' });
    },
  );
  await t.test('a systemd unit', () => tryDropIn(hop));
  await t.test('trust check predicts the outcomes', (own) => tryChecks(own, hop, programs));
  await t.test('exactly the consumers marked as tested were tested', () => {
    const seen = consumers.filter(({ id }) => rows.has(id)).map(({ id }) => id);
    const claims = consumers.filter(({ tested }) => tested === 'debian-12').map(({ id }) => id);
    const claimed = claims.filter((id) => canTryDocker || id !== 'docker-daemon');
    assert.deepEqual(seen, claimed);
  });
  await t.test('docs/trust-matrix.md is up to date', async () => {
    const page = path.resolve(import.meta.dirname, '../../docs/trust-matrix.md');
    const former = await readFile(page, 'utf8');
    // Without namespaces, keep the page's row for the Docker daemon.
    const untried = canTryDocker ? undefined : /^\| docker-daemon \|.*$/m.exec(former)?.[0];
    const written = matrixPage().replace(/^\| docker-daemon \|.*$/m, (line) => untried ?? line);
    if (process.env['EVERYHOP_WRITE_DOCS'] === '1') await writeFile(page, written);
    assert.equal(await readFile(page, 'utf8'), written, 'npm run trust-matrix regenerates it');
  });
});

/** Several at once, each with servers of its own, which confirm the client's report. */
async function tryClients(t: TestContext, hop: PrivateHop, programs: Map<string, string>): Promise<void> {
  const waiting = consumers.filter((one) => probeOf(one) !== undefined);
  const failures: string[] = [];
  const lane = async (): Promise<void> => {
    const own = await hop.another();
    for (let tried = waiting.shift(); tried; tried = waiting.shift()) {
      const program = programs.get(tried.id)!;
      const alone = await tryConsumer(tried, program, own, {});
      const started = await tryConsumer(tried, program, own, true);
      const setting = await trySetting(tried, program, own);
      record(tried.id, {
        alone: alone.outcome,
        started: started.outcome,
        ...(setting && { setting: setting.outcome }),
      });
      const expected = ['refused', reachedByRun(tried) ? 'verified' : 'refused', setting && 'verified'];
      const seen = [alone.outcome, started.outcome, setting?.outcome];
      if (String(seen) !== String(expected)) failures.push(`${tried.id}: ${JSON.stringify([alone, started, setting])}`);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  assert.deepEqual(failures, []);
  t.diagnostic(`${rows.size} clients`);
}

/** With the option of `run` for programs that read the system's file, or the variable that `run` leaves to the user. */
async function trySetting(tried: Consumer, program: string, hop: PrivateHop): Promise<ProbeOutcome | undefined> {
  if (tried.traps.includes('trap.system-file')) return tryConsumer(tried, program, hop, 'mount');
  const variable = tried.settings?.map((one) => ('option' in one ? one.variable : undefined))[0];
  const bundle = path.join(hop.state, 'trust/full.pem');
  return variable === undefined ? undefined : tryConsumer(tried, program, hop, { [variable]: bundle });
}

function reachedByRun({ variables }: Consumer): boolean {
  return variables.length > 0;
}

async function tryBrowsers(t: TestContext, hop: PrivateHop): Promise<void> {
  for (const id of ['chromium', 'firefox'] as const) {
    await t.test(id, async (own) => {
      const home = await temporaryFolder(own, id);
      if (id === 'firefox') await makeFirefoxProfile(home);
      // One server per run, so that late connections of a closed browser do not count for the next.
      record(id, { alone: await tryBrowser(id, await hop.another(), home, false) });
      record(id, { started: await tryBrowser(id, await hop.another(), home, true) });
      assert.deepEqual([rows.get(id)!.alone, rows.get(id)!.started], ['refused', 'refused']);
      const installed = await runEveryhop(['trust', 'install', '--store', 'nss', '--state', hop.state], home);
      assert.equal(installed.code, 0, installed.stderr);
      record(id, { setting: await tryBrowser(id, await hop.another(), home, false) });
      assert.equal(rows.get(id)!.setting, 'verified');
    });
  }
}

/** Writes the documented hosts.toml with the actual host and folder. */
async function tryHostsToml(hop: PrivateHop): Promise<void> {
  const { url, folder, state } = hop;
  const [setting] = consumer('containerd').settings as [Setting & { holds: string }];
  const { host } = new URL(url);
  const hosts = path.join(folder, 'certs.d');
  await mkdir(path.join(hosts, host), { recursive: true });
  const text = setting.holds.replaceAll('HOST:PORT', host).replaceAll('…', path.join(state, 'trust'));
  await writeFile(path.join(hosts, host, 'hosts.toml'), text);
  const before = hop.requests();
  const args = ['content', 'fetch-object', '--hosts-dir', hosts, `${host}/everyhop-probe:1`, 'sha256:0'];
  const { stderr } = await execute('ctr', args, { env: cleanEnvironment(folder) });
  record('containerd', { setting: hop.requests() > before ? 'verified' : 'refused' });
  assert.match(stderr, /: not found$/m);
  assert.equal(rows.get('containerd')!.setting, 'verified');
}

async function tryDropIn({ folder, state }: PrivateHop): Promise<void> {
  const { stdout } = await runEveryhop(['env', '--format', 'systemd', '--state', state], folder);
  const unit = path.join(folder, 'everyhop-probe.service');
  const verify = (text: string) =>
    writeFile(unit, text).then(() => execute('systemd-analyze', ['verify', unit], { env: cleanEnvironment(folder) }));
  const { code, stderr } = await verify(`${stdout}\n[Service]\nExecStart=/bin/true\n`);
  // systemd-analyze reports an invalid line on stderr and still exits with 0.
  assert.deepEqual([code, stderr], [0, '']);
  const broken = await verify(`${stdout.replace(/"$/m, '')}\n[Service]\nExecStart=/bin/true\n`);
  assert.match(broken.stderr, /Invalid syntax, ignoring/);
  record('systemd-unit', { setting: 'read' });
}

async function tryChecks(t: TestContext, hop: PrivateHop, programs: Map<string, string>): Promise<void> {
  const checked = consumers.filter(({ id }) => programs.has(id));
  const commands = Map.groupBy(checked, ({ id, runtime }) => {
    const isCompiled = runtime === 'go' || runtime === 'rust';
    return isCompiled ? `${programs.get(id)!} {url}` : programs.get(id)!;
  });
  for (const [command, ids] of commands) {
    await t.test(ids.map(({ id }) => id).join(', '), async () => {
      const report = await checkCommand(hop, command.split(' '), { cwd: javascriptFolder });
      for (const { id } of ids) record(id, { check: wordOf(id, report) });
      const { id } = ids[0]!;
      const isHelpless = ids.some((one) => !reachedByRun(one) || probeOf(one) === undefined);
      assert.deepEqual(
        [report.code, report.ok],
        isHelpless ? [1, false] : [0, true],
        `${id}: ${JSON.stringify(report)}`,
      );
      for (const one of ids) assert.notEqual(rows.get(one.id)!.check, '–', one.id);
    });
  }
}

function wordOf(id: string, { results, settings }: Awaited<ReturnType<typeof checkCommand>>): string {
  const own = results.filter((one) => one.consumer === id || one.consumer === 'command');
  if (own.length > 0) return own.every(({ ok }) => ok) ? 'proven' : 'not proven';
  return settings.some((one) => one.consumer === id) ? 'names its store' : '–';
}

function matrixPage(): string {
  const lines = consumers.map(({ id, variables, settings = [], traps, tested }) => {
    const read = variables.map(({ name, effect }) => `${name} (${effect === 'replace' ? 'replaces' : 'adds'})`);
    const kept = settings.map((one) =>
      'store' in one
        ? `\`everyhop trust install --store ${one.store}\``
        : 'option' in one
          ? `\`${one.variable ?? one.option}\``
          : `\`${one.file}\``,
    );
    const { alone = '–', started = '–', setting = '–', check = '–' } = rows.get(id) ?? {};
    const known = traps.map((trap) => say('en', trap, {}));
    const cells = [
      id,
      [...read, ...kept].join(', ') || '–',
      alone,
      started,
      setting,
      check,
      known.join('; ') || '–',
      tested === 'debian-12' ? 'tested' : 'documented',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `# Which programs trust what, and how to set it

The rows marked "tested" were tried on Debian 12, in an otherwise empty environment, against a server with a certificate of the private authority.
The server confirmed each result: without Everyhop, started by \`everyhop run\`, and, for a program with a separate trust store, with the setting or
store in column two (for a program that reads the system's file of roots: with \`everyhop run --mount\`). The column "trust check" shows the verdict of \`everyhop trust check\`. The rows marked "documented" rest on documentation and
source code alone. \`npm run trust-matrix\` regenerates this page; the test suite fails if the page no longer holds.

"Replaces": the program then trusts only the roots in that file, so the variable points to \`full.pem\` (public and private roots). "Adds": the program
keeps its other roots, so the variable points to \`private.pem\`.

| consumer | reached by | without Everyhop | started by run | with its setting | trust check | known to go wrong | |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

test(
  'each variable is sufficient alone, and SSL_CERT_FILE is ignored where the trap says so',
  {
    skip,
    timeout: 600_000,
  },
  async (t) => {
    const hop = await startPrivateHop(t);
    const programs = await findPrograms(hop.folder);
    await runEveryhop(['env', '--state', hop.state], hop.folder); // creates the bundle
    const all = trustVariables({}, path.join(hop.state, 'trust'), true);
    // One consumer per combination of runtime and variables.
    const alike = Map.groupBy(
      consumers.filter(isVaried),
      ({ runtime, variables }) => runtime + JSON.stringify(variables),
    );
    const trials = [...alike.values()].flatMap(([tried]) => {
      const names = tried!.variables.map(({ name }) => name);
      const ignored = tried!.traps.includes('trap.ignores-ssl-cert') ? ['SSL_CERT_FILE'] : [];
      return [...names, ...ignored].map((name) => ({ tried: tried!, name, isRead: names.includes(name) }));
    });
    const lane = async (): Promise<void> => {
      const own = await hop.another();
      for (let trial = trials.shift(); trial; trial = trials.shift()) {
        const { tried, name, isRead } = trial;
        const { outcome, detail } = await tryConsumer(tried, programs.get(tried.id)!, own, { [name]: all[name]! });
        assert.equal(outcome, isRead ? 'verified' : 'refused', `${tried.id} by ${name}: ${detail}`);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
  },
);

function isVaried(tried: Consumer): boolean {
  return probeOf(tried) !== undefined && tried.variables.length > 0;
}

test('Go and OpenSSL: the file and the folder each replace their own half', { skip, timeout: 120_000 }, async (t) => {
  const [hop, office] = await Promise.all([startPrivateHop(t), startPrivateHop(t)]);
  const programs = await findPrograms(hop.folder);
  await runEveryhop(['env', '--state', office.state], office.folder);
  const file = { SSL_CERT_FILE: path.join(hop.state, 'root.pem') };
  const folder = { SSL_CERT_DIR: path.join(office.state, 'trust/certs') };
  for (const id of ['go', 'ruby', 'rust-native-certs']) {
    const seen = async (env: Record<string, string>): Promise<string[]> => {
      const hops = [hop, office].map((one) => tryConsumer(consumer(id), programs.get(id)!, one, env));
      return (await Promise.all(hops)).map(({ outcome }) => outcome);
    };
    assert.deepEqual(await seen(file), ['verified', 'refused'], id);
    assert.deepEqual(await seen(folder), ['refused', 'verified'], id);
    assert.deepEqual(await seen({ ...file, ...folder }), ['verified', 'verified'], id);
    // A wrong path is ignored silently, so run never sets one.
    assert.deepEqual(await seen({ SSL_CERT_FILE: '/no/such/file' }), ['refused', 'refused'], id);
  }
});

test('the Python example verifies with the roots from everyhop run', { skip, timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const example = path.resolve(import.meta.dirname, '../../examples/trust/chat.py');
  const command = [pythonOf('clients'), example, hop.url];
  const started = await runEveryhop(['run', '--state', hop.state, '--', ...command], hop.folder);
  assert.deepEqual([started.code, started.stdout, started.stderr], [0, '404\n', '']);
});

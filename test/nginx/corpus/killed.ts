/**
 * Kills a command before its writes, and checks that nginx starts and answers, and that `recover` completes or reverts the
 * change. `npm run kill:nginx` covers every write in a quarter of an hour; the test suite covers every eighth, starting at
 * one that depends on the seed.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { nginxProgram, type RunningNginx } from '../../support/nginx.ts';
import { seed } from '../../support/seed.ts';
import { without } from '../../support/tools.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startApp } from './app.ts';
import { type CommandResult, inProcess, runProgram } from './command.ts';
import { snapshot, startWith } from './install.ts';
import { conf, plainMain, type Sample } from './sample.ts';
import { begin, isSecured, secure, succeeded, type Trial } from './trial.ts';
import { ask } from './visitor.ts';

const run = promisify(execFile);
const writes = path.resolve(import.meta.dirname, '../../support/faults-writes.ts');
/** Each lane has a separate nginx and takes the next write to kill at. */
export const lanes = 3;
const every = Number(process.env['KILL_EVERY'] ?? 8);
const first = 1 + (seed % every);
export const killSkip = without('nginx', 'openssl', 'pebble');
/** Name of the site. */
export const name = 'chat.example.com';

/** Requires every kind of edit: a line at the top of a block, one in a location, and replaced lines. */
const sample: Sample = {
  title: 'a public name with a self-signed certificate',
  names: [name],
  tree: (at) => ({
    'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    'etc/nginx/conf.d/chat.conf': conf`server {
    listen ${at.http};
    listen ${at.tls} ssl;
    server_name ${name};
    ssl_certificate ${at.root}/etc/ssl/own.pem;
    ssl_certificate_key ${at.root}/etc/ssl/own.key;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:${at.app};
    }
}
`,
    'etc/ssl/own.pem': at.snakeoil.certificate,
    'etc/ssl/own.key': at.snakeoil.key,
  }),
};

export interface KilledCommand {
  /** Prepares a trial for the command. */
  prepare(trial: Trial): Promise<void>;
  args(trial: Trial): string[];
  /** True if the site has HTTPS before and after the command. */
  secured: { before: boolean; after: boolean };
}

/** Secures the site. */
export const everything = async (trial: Trial): Promise<void> => succeeded(await secure(trial));

/** Guard the test with `{ skip: killSkip, concurrency: lanes }`. */
export async function killBeforeEachWrite(t: TestContext, command: KilledCommand): Promise<void> {
  const app = await startApp(t);
  const moments = { next: first, last: Infinity };
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) =>
      t.test(`lane ${lane + 1}`, async (t) => killInTurn(t, command, app, moments)),
    ),
  );
  assert.ok(moments.last > 10, `only ${moments.last - 1} writes`);
  t.diagnostic(`every ${every}th of at most ${moments.last - 1} writes, starting at number ${first}`);
}

async function killInTurn(
  t: TestContext,
  command: KilledCommand,
  app: number,
  moments: { next: number; last: number },
): Promise<void> {
  const trial = await begin(t, sample, app, inProcess);
  await command.prepare(trial);
  await trial.nginx.stop();
  const kept = await temporaryFolder(t, 'nginx-kept');
  await copyWorld(trial, kept, 'there');
  const before = await shape(trial);
  let nginx = await startWith(t, trial);
  succeeded(await call(trial, command.args(trial)));
  const after = await shape(trial);

  const next = (): number => (moments.next += every) - every;
  for (let moment = next(); moment < moments.last; moment = next()) {
    await nginx.stop();
    await copyWorld(trial, kept, 'back');
    nginx = await startWith(t, trial);
    const killed = await call(trial, command.args(trial), moment);
    if (killed.code !== null) {
      // The command finished before that write.
      succeeded(killed);
      moments.last = Math.min(moments.last, moment);
      break;
    }
    const where = `killed at moment ${moment}: ${killed.stderr}`;
    nginx = await startsAnew(t, trial, nginx, where);
    const recovered = await call(trial, ['recover']);
    assert.equal(recovered.code, 0, `${where}${recovered.stderr}`);
    const found = await shape(trial);
    const isBefore = isDeepStrictEqual(found, before);
    if (!isBefore) assert.deepEqual(found, after, where);
    await answers(trial, where);
    // The next renewal loads a certificate that was just issued.
    if (command.secured.before && command.secured.after) succeeded(await call(trial, ['renew']));
    if (isBefore ? command.secured.before : command.secured.after) await isSecured(trial);
  }
}

/** A new nginx starts with the current files and answers. */
async function startsAnew(t: TestContext, trial: Trial, nginx: RunningNginx, where: string): Promise<RunningNginx> {
  await run(nginxProgram, ['-t', ...nginx.args]).catch((error: { stderr: string }) =>
    assert.fail(`${where}: ${error.stderr}`),
  );
  await nginx.stop();
  const fresh = await startWith(t, trial);
  await answers(trial, where);
  return fresh;
}

async function answers({ at }: Trial, where: string): Promise<void> {
  const { status } = await ask({ port: at.http, name });
  assert.ok([200, 308].includes(status), `${where}: ${status}`);
}

/** Runs in a separate process if it is to be killed. */
function call(trial: Trial, args: readonly string[], killAt?: number): Promise<CommandResult> {
  const home = path.dirname(trial.state);
  const given = ['nginx', ...args, ...trial.args, '--state', trial.state];
  if (killAt === undefined) return inProcess(given, home);
  return runProgram(given, { home, env: { KILL_AT_WRITE: String(killAt) }, imports: [writes] });
}

/** A snapshot without random values. */
async function shape({ at }: Trial): Promise<Record<string, string>> {
  const found = Object.entries(await snapshot(at.root));
  return Object.fromEntries(found.map(([file, what]) => [file, what.replace(/\b[0-9a-f]{16,}\b/g, '…')]));
}

/** Saves or restores configuration and state. */
async function copyWorld({ at, state }: Trial, kept: string, direction: 'there' | 'back'): Promise<void> {
  const whole = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
  for (const [folder, name] of [
    [at.root, 'root'],
    [state, 'state'],
  ] as const) {
    const copy = path.join(kept, name);
    const [from, to] = direction === 'there' ? [folder, copy] : [copy, folder];
    await rm(to, { recursive: true, force: true });
    await cp(from, to, whole);
  }
}

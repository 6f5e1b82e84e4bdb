/** The command itself, pointed at a server that sees what comes of it: for what no interpreter can try. */
import { spawn } from 'node:child_process';
import { systemCode } from '../base/errors.ts';
import { baseError } from '../base/messages.ts';
import { byExit, lastLine, type ProbeOutcome } from './consumer.ts';
import type { RehearsalServer } from './rehearsal.ts';

/** In a command's words: where the address of the hop goes. */
export const placeholder = '{url}';

/** The name of the command itself among the consumers of a check. */
export const itself = 'command';

/** Some take long before they make their first request. */
const limitMs = 60_000;
/** An answer on its way out is let through. */
const graceMs = 300;
/** After a refusal: it may say what it thinks of that, and may come again. */
const refusalMs = 5_000;
/** To end by itself, before it is ended by force. */
const endingMs = 2_000;
const keptBytes = 64 * 1024;

/**
 * Runs the command against a server of ours: `verified` where its request came, `refused` where it connected and made none.
 * It is ended as soon as that is known, with all that it started.
 */
export async function tryCommand(
  command: readonly string[],
  server: RehearsalServer,
  env: NodeJS.ProcessEnv,
): Promise<ProbeOutcome> {
  const before = server.seen();
  const { stdout, stderr } = await runPointed(command, server.url, env, (endIn) => {
    server.onRequest(() => endIn(graceMs));
    server.onRefusal(() => endIn(refusalMs));
  });
  const after = server.seen();
  if (after.requests > before.requests) return { outcome: 'verified', detail: '' };
  const detail = lastLine(stderr) || lastLine(stdout);
  return { outcome: after.connections > before.connections ? 'refused' : 'failed', detail };
}

/** Runs the command against a hop of the user's own: its exit code and its words decide. */
export async function tryCommandAt(
  command: readonly string[],
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<ProbeOutcome> {
  return byExit(/certificate|self.signed|x509|UnknownIssuer/i)(await runPointed(command, url, env));
}

function runPointed(
  command: readonly string[],
  url: string,
  env: NodeJS.ProcessEnv,
  watch?: (endIn: (delayMs: number) => void) => void,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [program = '', ...args] = command.map((word) => word.replaceAll(placeholder, url));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const streams = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        streams[name] = (streams[name] + text).slice(-keptBytes);
      });
    }
    const send = (signal: NodeJS.Signals): void => {
      try {
        process.kill(-child.pid!, signal);
      } catch (error) {
        if (systemCode(error) !== 'ESRCH') throw error;
      }
    };
    const end = (): void => {
      send('SIGTERM');
      const force = (): void => {
        send('SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
      };
      timers.push(setTimeout(force, endingMs));
    };
    const timers = [setTimeout(end, limitMs)];
    let hasEnded = false;
    watch?.((delayMs) => void (hasEnded || timers.push(setTimeout(end, delayMs))));
    child.on('error', (error) => {
      for (const timer of timers) clearTimeout(timer);
      const isMissing = systemCode(error) === 'ENOENT';
      reject(isMissing ? baseError('program.missing', { program }, { cause: error }) : error);
    });
    child.on('close', (code) => {
      hasEnded = true;
      for (const timer of timers) clearTimeout(timer);
      send('SIGKILL'); // whoever of its group is still there
      resolve({ code, ...streams });
    });
  });
}

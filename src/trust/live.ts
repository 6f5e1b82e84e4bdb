/** Runs the command itself against a test server, which sees whether it connects and sends a request. */
import { spawn } from 'node:child_process';
import { systemCode } from '../base/errors.ts';
import { baseError } from '../base/messages.ts';
import { byExit, lastLine, type ProbeOutcome } from './consumer.ts';
import type { RehearsalServer } from './rehearsal.ts';

/** Stands for the hop's URL in the arguments of a command. */
export const placeholder = '{url}';

/** Consumer id of the command itself in the results of a check. */
export const commandId = 'command';

/** Time limit of the command; some programs take long to their first request. */
const limitMs = 60_000;
/** Time after the request for the response to arrive. */
const graceMs = 300;
/** Time after a failed handshake to print an error or retry. */
const refusalMs = 5_000;
/** Time between SIGTERM and SIGKILL. */
const endingMs = 2_000;
const maxOutputBytes = 64 * 1024;

/**
 * Runs the command against our test server: `verified` if it sent a request, `refused` if it only connected. Terminates it, with
 * its children, as soon as the outcome is known.
 */
export async function tryCommand(
  command: readonly string[],
  server: RehearsalServer,
  env: NodeJS.ProcessEnv,
): Promise<ProbeOutcome> {
  const before = server.seen();
  const { code, stdout, stderr } = await runPointed(command, server.url, env, (endIn) => {
    server.onRequest(() => endIn(graceMs));
    server.onRefusal(() => endIn(refusalMs));
  });
  const after = server.seen();
  const detail = lastLine(stderr) || lastLine(stdout);
  if (after.requests > before.requests) {
    // Some programs, such as lftp, send the request before they look at the certificate.
    const isRefused = code !== null && code !== 0 && /certificate verif|not trusted|untrusted/i.test(stderr);
    return isRefused ? { outcome: 'refused', detail } : { outcome: 'verified', detail: '' };
  }
  return { outcome: after.connections > before.connections ? 'refused' : 'failed', detail };
}

/** Runs the command against the user's hop. The exit code and the output decide. */
export async function tryCommandAt(
  command: readonly string[],
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<ProbeOutcome> {
  return byExit(/certificate|self.signed|x509|UnknownIssuer|UNSUPPORTED_CONSTRAINT/i)(
    await runPointed(command, url, env),
  );
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
        streams[name] = (streams[name] + text).slice(-maxOutputBytes);
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
      send('SIGKILL'); // remaining processes of its group
      resolve({ code, ...streams });
    });
  });
}

/** Runs a script on the machine of a document's reader. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../blocks.ts';

const namespaces = ['--mount', '--uts', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];

/**
 * @param results folder that the script sees as /mnt.
 * @throws Error with everything printed, if the script fails.
 */
export async function runInSandbox(results: string, script: string, args: readonly string[] = []): Promise<void> {
  const enter = path.join(import.meta.dirname, 'enter.sh');
  const child = spawn('unshare', [...namespaces, 'sh', enter, root, process.execPath, results, script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...(process.env['CI'] && { CI: process.env['CI'] }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${printed.join('')}`);
}

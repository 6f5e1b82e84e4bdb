/** The single executable: the command line, or a worker that it started from itself. */
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { workerWord } from '../../src/base/executable.ts';
import { startCleanly } from '../../src/base/start-environment.ts';

const args = process.argv.slice(2);
if (args.length === 1 && args[0] === '--version') {
  // At once: the program starts itself with this word to see whether it may.
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
} else if (cluster.isWorker && args[0] === workerWord) {
  await import('../../src/edge/worker.ts');
} else {
  startCleanly();
  await import('../../src/cli/main.ts');
}

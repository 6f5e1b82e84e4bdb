/** The single executable: the command line, or a worker that it started from itself. */
import cluster from 'node:cluster';
import { workerWord } from '../../src/base/executable.ts';

if (cluster.isWorker && process.argv[2] === workerWord) await import('../../src/edge/worker.ts');
else await import('../../src/cli/main.ts');

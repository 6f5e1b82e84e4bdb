import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Read at once: the user that a worker becomes may have no access to the file. */
const library = readFileSync(fileURLToPath(import.meta.resolve('hash-wasm/dist/bcrypt.umd.min.js')), 'utf8');

/**
 * The library computes without a pause, so it runs in a separate thread. On Linux, the priority is that of the thread alone: the
 * tokens of other visitors go first.
 */
const program = `
const { parentPort } = require('node:worker_threads');
if (process.platform === 'linux') try { require('node:os').setPriority(0, 5); } catch {}
const library = {};
(function (exports, module) {${library}
})(library, {});
parentPort.on('message', async ({ id, password, hash }) => {
  const isRight = await library.bcryptVerify({ password, hash }).catch(() => false);
  parentPort.postMessage({ id, isRight });
});`;

const idleMs = 60_000;
/** bcrypt uses no more of a password. */
const passwordLimitBytes = 72;

let thread: Worker | undefined;
let idleTimer: NodeJS.Timeout | undefined;
let lastId = 0;
const waiting = new Map<number, { resolve: (isRight: boolean) => void; reject: (error: Error) => void }>();

/** @param hash `$2a$`, `$2b$` or `$2y$`. @throws Error if the thread cannot run */
export function verifyBcrypt(hash: string, password: Buffer): Promise<boolean> {
  clearTimeout(idleTimer);
  const worker = (thread ??= start());
  const id = (lastId += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, password: new Uint8Array(password.subarray(0, passwordLimitBytes)), hash }, []);
  });
}

function start(): Worker {
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  worker.on('message', ({ id, isRight }: { id: number; isRight: boolean }) => {
    waiting.get(id)?.resolve(isRight);
    waiting.delete(id);
    if (waiting.size > 0) return;
    worker.unref();
    idleTimer = setTimeout(() => end(worker), idleMs).unref();
  });
  worker.on('error', (error: Error) => end(worker, error));
  worker.on('exit', () => end(worker, new Error('the thread for bcrypt has ended')));
  return worker;
}

function end(worker: Worker, error?: Error): void {
  if (thread !== worker) return;
  thread = undefined;
  void worker.terminate();
  for (const { reject } of waiting.values()) reject(error ?? new Error('ended'));
  waiting.clear();
}

import { isSea } from 'node:sea';

/** True in the single executable (`npm run build:exe`): Node and all files of the program are in `process.execPath`. */
export const isSingleExecutable: boolean = isSea();

/** The word after the executable's name that makes `cluster.fork` start a worker. */
export const workerWord = 'worker';

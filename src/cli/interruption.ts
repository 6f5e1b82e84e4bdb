import { cliError } from './messages.ts';

/** Aborts with the first Ctrl-C or SIGTERM; a second one ends the program at once. */
export function interruption(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(cliError('cli.interrupted', { signal })));
  }
  return stopping.signal;
}

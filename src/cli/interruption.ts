/** Aborts with the first Ctrl-C or SIGTERM. */
export function interruption(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return stopping.signal;
}

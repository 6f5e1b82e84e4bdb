import { readHost } from '../config/host.ts';
import { configError } from '../config/messages.ts';

/** Aborts with the first Ctrl-C or SIGTERM. */
export function interruption(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return stopping.signal;
}

/** As `everyhop.yaml` takes it. @throws EveryhopError `config.*`. */
export function hostOf(text: string): string {
  const reading = readHost(text);
  if ('value' in reading) return reading.value;
  throw configError(reading.problem as 'config.bad-host', { key: 'NAME', value: text, ...reading.params });
}

export function portOf(key: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw configError('config.bad-port', { key, value: text });
}

/** Command-line values with the same grammar as in `everyhop.yaml`. */
import { readHost } from '../config/host.ts';
import { configError } from '../config/messages.ts';

/** A host name or address, in canonical form. @param key the operand or option. @throws EveryhopError `config.*`. */
export function hostOf(text: string, key = 'NAME'): string {
  const reading = readHost(text);
  if ('value' in reading) return reading.value;
  throw configError(reading.problem as 'config.bad-host', { key, value: text, ...reading.params });
}

/** @param key the option's name. @throws EveryhopError `config.bad-port`. */
export function portOf(key: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw configError('config.bad-port', { key, value: text });
}

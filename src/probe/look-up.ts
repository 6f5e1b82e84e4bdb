import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Callback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const underWay = new Map<string, Callback[]>();

/**
 * As `dns.lookup`, with one look-up at a time for each name: it blocks one of a few threads for as long as a name server does not
 * answer, and the file system needs them, too.
 */
export const systemLookup: LookupFunction = (name, options, callback) => {
  const answer: Callback = (error, addresses) => {
    const [first] = addresses;
    if (options.all === true) callback(error, addresses);
    else callback(error, first?.address ?? '', first?.family);
  };
  const key = `${name} ${options.family ?? 0} ${options.hints ?? 0}`;
  const callers = underWay.get(key) ?? [];
  callers.push(answer);
  if (callers.length > 1) return;
  underWay.set(key, callers);
  dns.lookup(name, { ...options, all: true }, (error, addresses) => {
    underWay.delete(key);
    for (const caller of callers) caller(error, addresses ?? []);
  });
};

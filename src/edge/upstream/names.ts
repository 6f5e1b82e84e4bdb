import type { LookupFunction } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { type AddressesCallback, SystemNames } from '../../dns/system-names.ts';

const names = new SystemNames(systemClock);

/** One look-up of a name at a time, for all connections of this worker. */
export function lookUpName(name: string, callback: AddressesCallback): void {
  names.lookUp(name, callback);
}

/** For `net.connect` with `autoSelectFamily`, which takes a list. */
export const lookup: LookupFunction = (name, _options, callback) =>
  lookUpName(name, (error, addresses) => callback(error, addresses));

import { systemClock } from '../../base/clock.ts';
import { type AddressesCallback, SystemNames } from '../../dns/system-names.ts';

const names = new SystemNames(systemClock);

/** One look-up of a name at a time, for all connections of this worker. */
export function lookUpName(name: string, callback: AddressesCallback): void {
  names.lookUp(name, callback);
}

import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';

/** All other rooms receive these as arguments. */
export const clock = systemClock;
export const random = systemRandom;

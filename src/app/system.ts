import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';

/** Every other room takes these as arguments. */
export const clock = systemClock;
export const random = systemRandom;

/** Observed answers of an nginx. */
export type { Observation } from './proof/observe.ts';
export type { Proof } from './proof/prove.ts';
export { urlOf } from './proof/target.ts';

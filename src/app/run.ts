/** Trust for one process. Loads few modules, because `run` must start quickly. */
export { environmentText, type EnvironmentFormat } from '../trust/environment-text.ts';
export { mountBundle } from './trust/mount.ts';
export { prepareTrust } from './trust/prepare.ts';
export type { TrustOptions } from './trust/sources.ts';

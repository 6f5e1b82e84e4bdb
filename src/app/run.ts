/** The trust of one program that is about to start. Loads little: `run` starts at once. */
export { environmentText, type EnvironmentFormat } from '../trust/environment-text.ts';
export { prepareTrust } from './trust/prepare.ts';
export type { TrustOptions } from './trust/sources.ts';

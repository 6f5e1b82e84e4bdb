/** Installing the private root in this machine's stores, and checking which roots programs trust. */
export type { BinaryFacts } from '../trust/binary.ts';
export type { TrialResult } from '../trust/check.ts';
export type { StoreOutcome } from '../trust/install.ts';
export { commandId, placeholder } from '../trust/live.ts';
export { checkTrust, type TrustCheck } from './trust/check.ts';
export { type FetchedRoot, fetchRoot, saveRoot } from './trust/fetch.ts';
export { explainChain } from './trust/explain.ts';
export { type InstallOptions, installTrust, planTrust, type RemainingRoot, uninstallTrust } from './trust/install.ts';

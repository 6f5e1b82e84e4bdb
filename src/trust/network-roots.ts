/** Roots from the network, which count by their fingerprint. Apart from `bundle.ts`: `run` needs no network. */
export { readFingerprint } from './bundle/fingerprint.ts';
export { type ConfirmRoot, readNetwork } from './bundle/read-network.ts';

/** DNS-01 (RFC 8555 §8.4). `dns-providers.ts` lists the providers. */
export { validationName } from './dns-01/delegation.ts';
export type { PresentedRecord, PresentedRecords } from './dns-01/provider.ts';
export { Dns01Solver } from './dns-01/solver.ts';

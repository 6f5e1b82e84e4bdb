/** A configuration and its server blocks, as nginx reads them. */
export { hostAddresses } from './model/host-addresses.ts';
export { matchesName, serversOf } from './model/servers.ts';
export { streamServersOf } from './model/streams.ts';
export { type AnswerRow, tableOf, titleOf } from './model/table.ts';
export { readConfiguration } from './reading/configuration.ts';
export { placeOf } from './reading/located.ts';

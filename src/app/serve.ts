/** The serving program, for the command line. */
export { startDemo } from '../apps/demo.ts';
export { Service } from './serve/service.ts';
export type { ServiceOptions } from './serve/service-options.ts';
export type { ServiceStatus } from './serve/status.ts';

/** The serving program, for the command line. */
export { startDemo } from '../apps/demo.ts';
export { Service, type ServiceOptions } from './serve/service.ts';
export type { ServiceStatus } from './serve/status.ts';

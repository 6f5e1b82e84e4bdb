/** The program that serves, and what the command line asks of it. */
export { startDemo } from '../apps/demo.ts';
export { Service, type ServiceOptions } from './serve/service.ts';
export type { ServiceStatus } from './serve/status.ts';

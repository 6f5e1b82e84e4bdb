/** The program that serves, and what the command line asks of it. */
export { Service, type ServiceOptions } from './serve/service.ts';
export type { ServiceStatus } from './serve/status.ts';

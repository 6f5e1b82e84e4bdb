/** The public API of the library. */
export { type Configuration, type Route, type Site, type Upstream } from './config/configuration.ts';
export { loadConfiguration } from './app/configuration.ts';
export { EveryhopError, type ErrorReport } from './base/errors.ts';
export { createTrust, type Trust, type TrustSettings } from './trust/library.ts';
export { Service, type ServiceOptions, type ServiceStatus } from './app/serve.ts';

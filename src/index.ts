/** The public API of the library. */
export { type Configuration, type Route, type Site } from './config/configuration.ts';
export { type Upstream } from './config/upstream.ts';
export { loadConfiguration } from './app/configuration.ts';
export { EveryhopError, type ErrorReport } from './base/errors.ts';
export { createTrust, type Trust, type TrustSettings } from './trust/library.ts';
export { Service, type ServiceOptions, type ServiceStatus } from './app/serve.ts';

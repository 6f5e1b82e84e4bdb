/** HTTP-01 (RFC 8555 §8.3): the self-check, and two solvers that work without the edge. */
export { checkHttp01, type HttpCheckOptions, authorityRedirects } from './http-01/check.ts';
export { HttpListenerSolver } from './http-01/listener.ts';
export { WebrootSolver } from './http-01/webroot.ts';

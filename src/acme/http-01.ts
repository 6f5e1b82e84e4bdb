/** HTTP-01 (RFC 8555 §8.3): a look at one's own answers, and the two ways to answer without the edge. */
export { checkHttp01, type HttpCheckOptions } from './http-01/check.ts';
export { HttpListenerSolver } from './http-01/listener.ts';
export { WebrootSolver } from './http-01/webroot.ts';

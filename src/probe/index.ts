export { probeTcp } from './connect.ts';
export { type HttpFacts, probeHttp } from './http.ts';
export { probeTls } from './tls.ts';

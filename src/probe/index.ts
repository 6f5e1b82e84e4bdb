export { connectTcp, probeTcp, type Unreached } from './connect.ts';
export { type HttpFacts, type HttpTarget, probeHttp } from './http.ts';
export { handshake, probeTls, type TlsFacts } from './tls.ts';

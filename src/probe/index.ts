export { probeTcp, type TcpFacts } from './connect.ts';
export { type HttpFacts, probeHttp } from './http.ts';
export { probeTls, type TlsFacts } from './tls.ts';

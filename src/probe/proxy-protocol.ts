/**
 * The line that a load balancer sends before it relays a connection (PROXY protocol version 1, §2.1), with `address` as
 * source and destination. The source port is arbitrary.
 * @param address undefined: a Unix socket.
 */
export function proxyLine(address: string | undefined, port: number): string {
  if (address === undefined) return 'PROXY UNKNOWN\r\n';
  return `PROXY ${address.includes(':') ? 'TCP6' : 'TCP4'} ${address} ${address} 49152 ${port}\r\n`;
}

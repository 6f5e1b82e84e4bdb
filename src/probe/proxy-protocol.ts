/**
 * The line that a balancer sends ahead of a client's connection (PROXY protocol version 1, §2.1), as if a client of that
 * address had connected to it. The client's port has no meaning.
 * @param address undefined: a socket of the file system.
 */
export function proxyLine(address: string | undefined, port: number): string {
  if (address === undefined) return 'PROXY UNKNOWN\r\n';
  return `PROXY ${address.includes(':') ? 'TCP6' : 'TCP4'} ${address} ${address} 49152 ${port}\r\n`;
}

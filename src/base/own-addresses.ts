import os from 'node:os';

/** The IP addresses of this machine's network interfaces. */
export function ownAddresses(): string[] {
  return Object.values(os.networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
}

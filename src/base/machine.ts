import os from 'node:os';

/** Interfaces of containers and virtual machines on this machine: their addresses lead to no other machine. */
const virtual = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman)/;

export function isVirtualInterface(name: string): boolean {
  return virtual.test(name);
}

/** The addresses under which other machines reach this one, IPv4 first. Without loopback and link-local addresses. */
export function machineAddresses(interfaces: typeof os.networkInterfaces = os.networkInterfaces): string[] {
  const found = Object.entries(interfaces()).flatMap(([name, addresses = []]) =>
    isVirtualInterface(name)
      ? []
      : addresses.filter(({ internal, address }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address)),
  );
  const ofFamily = (family: string): string[] => found.filter((one) => one.family === family).map((one) => one.address);
  return [...new Set([...ofFamily('IPv4'), ...ofFamily('IPv6')])];
}

import dgram from 'node:dgram';
import os from 'node:os';
import { isVirtualInterface } from '../base/machine.ts';
import { addressMatcher } from '../names/address-matcher.ts';

/** RFC 1918 and RFC 4193. Public addresses are left out, since they would put the trust page on the Internet. */
const isPrivate = addressMatcher(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);

/** VPNs and overlays (their peers are no phones in this room), Apple's peer-to-peer links and bridges of its virtual machines. */
const isTunnel =
  /^(?:tun|tap|wg|tailscale|zt|utun|ppp|ipsec|nordlynx|proton|cscotun|awdl|llw|anpi|bridge\d{3}|vEthernet|Tailscale|ZeroTier|OpenVPN|WireGuard)/;

/**
 * The addresses under which phones and other computers of the local network reach this machine, in the order of the
 * system's interfaces. IPv6 only without IPv4: its addresses change daily (RFC 8981).
 */
export function lanAddresses(interfaces: typeof os.networkInterfaces = os.networkInterfaces): string[] {
  const found = Object.entries(interfaces()).flatMap(([name, addresses = []]) =>
    isVirtualInterface(name) || isTunnel.test(name)
      ? []
      : addresses.filter(({ internal, address }) => !internal && isPrivate(address)),
  );
  const ofFamily = (family: string): string[] => found.filter((one) => one.family === family).map((one) => one.address);
  const ipv4 = ofFamily('IPv4');
  return [...new Set(ipv4.length > 0 ? ipv4 : ofFamily('IPv6'))];
}

/** The same addresses, that of the default route first. Sends nothing. */
export async function byRoute(addresses: readonly string[]): Promise<string[]> {
  if (addresses.length < 2) return [...addresses];
  const preferred = await sourceAddress();
  return [...addresses].sort((one, other) => Number(other === preferred) - Number(one === preferred));
}

/** The address from which the system would reach the Internet: connecting a UDP socket asks the routing table only. */
function sourceAddress(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const settle = (address: string | undefined): void => {
      socket.close();
      resolve(address);
    };
    socket.on('error', () => settle(undefined));
    // RFC 5737: an address for documentation.
    socket.connect(9, '192.0.2.1', () => settle(socket.address().address));
  });
}

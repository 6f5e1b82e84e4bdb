import dgram from 'node:dgram';
import os from 'node:os';
import { type Clock, delay } from '../base/clock.ts';
import { decodeMessage, encodeMessage, opcodes, questionOf } from '../dns/message.ts';
import { recordTypes } from '../dns/record.ts';
import { formatAddress } from '../names/address.ts';

/** Who answers for a name: `here`, a responder on this machine (Avahi, mDNSResponder); `elsewhere`, another machine. */
export type NameOwner = 'nobody' | 'here' | 'elsewhere';

export interface OwnerOptions {
  clock: Clock;
  /** Asks on the interfaces with these addresses. */
  addresses: readonly string[];
  /** Addresses of this machine. */
  own?: readonly string[];
  /** The group and port of multicast DNS, for tests. */
  group?: { address: string; port: number };
}

const multicastDns = { address: '224.0.0.251', port: 5353 };
/** As in a probe (RFC 6762 §8.1): three questions, 250 ms apart. */
const questions = 3;
const apartMs = 250;

/** Asks the local network who answers for a name: a one-shot query (RFC 6762 §5.1). Never rejects. */
export async function ownerOf(name: string, options: OwnerOptions): Promise<NameOwner> {
  const { clock, addresses, own = everyAddress(), group = multicastDns } = options;
  const owners = new Set<NameOwner>();
  const sockets = addresses.filter((address) => !address.includes(':')).map((address) => listen(address));
  for (const socket of sockets) {
    socket.on('message', (octets) => {
      for (const address of addressesIn(octets, name)) owners.add(own.includes(address) ? 'here' : 'elsewhere');
    });
  }
  const query = encodeMessage({ id: 0x6576, opcode: opcodes.query, question: questionOf(name, 'A') });
  for (let sent = 0; sent < questions && owners.size === 0; sent += 1) {
    for (const socket of sockets) socket.send(query, group.port, group.address, () => {});
    await delay(clock, apartMs);
  }
  for (const socket of sockets) socket.close();
  return owners.has('elsewhere') ? 'elsewhere' : owners.has('here') ? 'here' : 'nobody';
}

/** A network that refuses multicast has no owner to ask, so errors count as silence. */
function listen(address: string): dgram.Socket {
  const socket = dgram.createSocket('udp4');
  socket.on('error', () => {});
  socket.bind(0, address, () => {
    try {
      socket.setMulticastInterface(address);
      socket.setMulticastTTL(255);
    } catch {
      // The address has just gone.
    }
  });
  return socket;
}

/** The top bit of the class says that the record replaces others (RFC 6762 §10.2), so the data is read here. */
function addressesIn(octets: Buffer, name: string): string[] {
  const answers = decodeMessage(octets)?.answers ?? [];
  return answers
    .filter((record) => record.name.toLowerCase() === name && record.typeNumber === recordTypes.A)
    .map((record) => formatAddress(record.octets));
}

function everyAddress(): string[] {
  return Object.values(os.networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
}

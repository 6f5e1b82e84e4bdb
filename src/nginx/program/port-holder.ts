import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { canonicalAddress, formatAddress } from '../../names/address.ts';
import { allPids, statOf } from './proc.ts';

/** A program that listens on a port. */
export interface PortHolder {
  /** The listening address, without brackets: `0.0.0.0`, `::1`. */
  address: string;
  port: number;
  pid: number;
  /** Program name, truncated to 15 bytes. */
  program: string;
}

interface Listener {
  address: string;
  port: number;
  inode: string;
}

/**
 * Finds the program that occupies a TCP port at this address. A listener on all addresses of a family conflicts with each
 * of them, and vice versa. Reports an nginx by its master, which passes its sockets to the workers.
 * @param address `0.0.0.0` and `::` for all; IPv6 without brackets.
 * @returns undefined if the port is free or the process is not visible (only root sees other users' sockets).
 */
export function portHolder(address: string, port: number): PortHolder | undefined {
  const inTheWay = [...listeners('tcp'), ...listeners('tcp6')].filter(
    (listener) => listener.port === port && meets(listener.address, address),
  );
  const exactFirst = inTheWay.toSorted((one, other) => distance(one, address) - distance(other, address));
  const owners = exactFirst.length === 0 ? new Map<string, number>() : ownersOf(exactFirst);
  for (const listener of exactFirst) {
    const pid = owners.get(listener.inode);
    const program = pid === undefined ? undefined : statOf(pid)?.name;
    if (pid !== undefined && program !== undefined) return { address: listener.address, port, pid, program };
  }
  return undefined;
}

function distance(listener: Listener, address: string): number {
  return listener.address === address ? 0 : 1;
}

/** `::` may accept IPv4 too: /proc does not show whether it does. */
function meets(held: string, wanted: string): boolean {
  if (held === wanted || held === '::' || wanted === '::') return true;
  if (held.includes(':') !== wanted.includes(':')) return false;
  return held === '0.0.0.0' || wanted === '0.0.0.0' || isSameAddress(held, wanted);
}

function isSameAddress(one: string, other: string): boolean {
  return canonicalAddress(one) === canonicalAddress(other);
}

const listening = '0A';

/** Reads `/proc/net/tcp` (proc(5)): address and port in hexadecimal, the address as words in native byte order. */
function listeners(table: 'tcp' | 'tcp6'): Listener[] {
  let text: string;
  try {
    text = readFileSync(`/proc/net/${table}`, 'latin1');
  } catch {
    return []; // no IPv6 on this machine, or another system
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== listening) return [];
      const [address, port] = fields[1]!.split(':') as [string, string];
      return [{ address: addressOf(address), port: Number.parseInt(port, 16), inode: fields[9]! }];
    });
}

function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  return formatAddress(bytes);
}

/** For each socket, the oldest process that has it open. */
function ownersOf(wanted: readonly Listener[]): Map<string, number> {
  const inodes = new Map(wanted.map(({ inode }) => [`socket:[${inode}]`, inode]));
  const owners = new Map<string, { pid: number; startedTicks: number }>();
  for (const pid of allPids()) {
    for (const link of openFiles(pid)) {
      const inode = inodes.get(link);
      if (inode === undefined) continue;
      const { startedTicks = 0 } = statOf(pid) ?? {};
      const known = owners.get(inode);
      if (!known || startedTicks < known.startedTicks) owners.set(inode, { pid, startedTicks });
    }
  }
  return new Map([...owners].map(([inode, { pid }]) => [inode, pid]));
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)];
      } catch {
        return []; // closed in the meantime
      }
    });
  } catch {
    return []; // exited, or another user's process
  }
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const taken = new Set<number>();

/**
 * Returns free ports outside the range of outgoing connections, as tests may open them much later, after thousands of
 * connections. Returns each port only once per process. Does not use the seed, with which all processes of a run would
 * choose the same ports.
 */
export async function quietPorts(count: number): Promise<number[]> {
  const [lowest] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 10_000 + Math.floor(Math.random() * (lowest! - 10_000));
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '::', exclusive: true }), 'listening');
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch {
    return false;
  }
}

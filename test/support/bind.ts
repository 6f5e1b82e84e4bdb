import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { exchangeDns } from '../../src/dns/exchange.ts';
import type { DnsServer } from '../../src/dns/server.ts';
import type { LookUpOutcome } from '../../src/dns/outcome.ts';
import type { LookUpType } from '../../src/dns/record.ts';
import { lookUp } from '../../src/dns/look-up.ts';
import { atEnd, temporaryFolder } from './up.ts';
import { testRandom } from './seed.ts';

/** A key in the format of named.conf and of a key file. */
export interface BindKey {
  name: string;
  algorithm: string;
  secretBase64: string;
}

export function keyStatement({ name, algorithm, secretBase64 }: BindKey): string {
  return `key "${name}" { algorithm ${algorithm}; secret "${secretBase64}"; };\n`;
}

export interface BindZone {
  name: string;
  /** Lines of a zone file after SOA, including `ns1 A …` and `@ NS ns1`. */
  records: string[];
  /** Statements inside `zone { … }` besides type and file. */
  statements?: string;
  /** Copies the zone from this primary instead of having records: `127.0.0.1 port 5353`. */
  primary?: string;
  /** Forwards queries for this zone there instead of having records. */
  forwarder?: string;
}

export interface BindOptions {
  /** Default: a free one on 127.0.0.1 to 127.0.0.3. */
  port?: number;
  keys?: BindKey[];
  zones: BindZone[];
  /** Statements inside `options { … }`. */
  options?: string;
  /** Further top-level statements. */
  more?: string;
}

export interface Bind {
  server: DnsServer;
  /** Queries this server. */
  ask(name: string, type: LookUpType): Promise<LookUpOutcome>;
  /** The values of TXT records. */
  txt(name: string): Promise<string[]>;
}

/** A port free for UDP and TCP on the loopback addresses used in tests. */
export async function freeDnsPort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    const sockets = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({
      address,
      socket: dgram.createSocket('udp4'),
    }));
    const bound = await Promise.allSettled(
      sockets.map(async ({ address, socket }) => {
        socket.bind(port, address);
        await once(socket, 'listening');
      }),
    );
    for (const { socket } of sockets) socket.close();
    if (bound.every(({ status }) => status === 'fulfilled')) return port;
  }
}

/**
 * Relays UDP from another loopback address to the server on the same port: `named` listens only on addresses assigned
 * to an interface, and of the loopback range that is 127.0.0.1 alone.
 */
export async function relayTo(t: TestContext, server: DnsServer, address: string, port: number): Promise<void> {
  const outside = dgram.createSocket('udp4');
  outside.on('message', (query, from) => {
    const inside = dgram.createSocket('udp4');
    inside.unref();
    inside.once('message', (answer) => {
      outside.send(answer, from.port, from.address);
      inside.close();
    });
    inside.on('error', () => {});
    inside.send(query, server.port, server.address);
  });
  outside.bind(port, address);
  await once(outside, 'listening');
  atEnd(t, () => void outside.close());
}

/** Runs a `named` in its own folder until the test ends. */
export async function startBind(t: TestContext, given: BindOptions): Promise<Bind> {
  const { keys = [], zones, options = '', more = '' } = given;
  const address = '127.0.0.1';
  const port = given.port ?? (await freeDnsPort());
  const folder = await temporaryFolder(t, 'bind');
  for (const { name, records, primary, forwarder } of zones) {
    const soa = `$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 1\n`;
    if ((primary ?? forwarder) === undefined)
      await writeFile(path.join(folder, `${name}.zone`), `${soa}${records.join('\n')}\n`);
  }
  const configuration = `
options {
  directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key"; lock-file none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; }; notify no;
  ${options.includes('dnssec-validation') ? '' : 'dnssec-validation no;'} allow-query { any; }; ${options.includes('recursion') ? '' : 'recursion no;'} ${options}
};
controls { };
logging { channel all { stderr; severity info; }; category default { all; }; };
${keys.map(keyStatement).join('')}
${zones.map(zoneStatement).join('')}${more}`;
  await writeFile(path.join(folder, 'named.conf'), configuration);
  const child = spawn('/usr/sbin/named', ['-g', '-n', '1', '-c', path.join(folder, 'named.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await closed;
  });
  await untilRunning(child);
  const server = { address, port };
  const ask = (name: string, type: LookUpType): Promise<LookUpOutcome> =>
    lookUp(name, type, {
      clock: systemClock,
      random: testRandom,
      exchange: exchangeDns,
      servers: [server],
      recursive: options.includes('recursion'),
    });
  const txt = async (name: string): Promise<string[]> => {
    const found = await ask(name, 'TXT');
    const records = found.outcome === 'answer' ? found.records : [];
    return records.map(({ data }) => (data.type === 'TXT' ? data.value : '')).sort();
  };
  return { server, ask, txt };
}

function zoneStatement({ name, primary, forwarder, statements = '' }: BindZone): string {
  if (forwarder !== undefined) return `zone "${name}" { type forward; forward only; forwarders { ${forwarder}; }; };\n`;
  const kind = primary === undefined ? 'primary' : `secondary; primaries { ${primary}; }`;
  return `zone "${name}" { type ${kind}; file "${name}.zone"; ${statements} };\n`;
}

async function untilRunning(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (/ running$/m.test(log)) resolve();
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`named ended: ${log.slice(-2000)}`)));
  });
}

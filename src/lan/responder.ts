import { Console } from 'node:console';
import dgram from 'node:dgram';
import os from 'node:os';
import type { Responder } from '@homebridge/ciao';
import { type Clock, delay } from '../base/clock.ts';

export interface ResponderOptions {
  clock: Clock;
  /** Answers on the interfaces with these addresses, with the address of each. */
  addresses: readonly string[];
  /** Of HTTPS. */
  port: number;
  /** Hears that another machine has taken the name, which is no longer answered. */
  onConflict: (name: string) => void;
}

const multicastDnsPort = 5353;
/** Probing and announcing take about a second. Without a socket, ciao would wait forever. */
const startLimitMs = 15_000;
/** For the goodbye. */
const endLimitMs = 2_000;

/** Answers for names in the local network by multicast DNS (RFC 6762), and announces them as HTTPS (RFC 6763). */
export class NameResponder {
  readonly #responder: Responder;
  readonly #clock: Clock;

  private constructor(responder: Responder, clock: Clock) {
    this.#responder = responder;
    this.#clock = clock;
  }

  /**
   * Resolves once the names are probed and announced.
   * @param names of one label below `local`.
   * @throws Error if this machine does not permit multicast DNS.
   */
  static async start(names: readonly string[], options: ResponderOptions): Promise<NameResponder> {
    const { addresses, clock } = options;
    requireAddresses(addresses);
    await requirePort();
    // ciao reports its troubles on the console. Standard output is for results.
    globalThis.console = new Console(process.stderr, process.stderr);
    // Loaded only here: it replaces the process's stack traces.
    const { default: ciao } = await import('@homebridge/ciao');
    const ipv4 = addresses.some((address) => !address.includes(':'));
    const responder = new NameResponder(ciao.getResponder({ interface: [...addresses], disableIpv6: ipv4 }), clock);
    const tooLong = delay(clock, startLimitMs).then(() => {
      throw new Error(`no announcement within ${startLimitMs} ms`);
    });
    try {
      await Promise.race([tooLong, Promise.all(names.map((name) => responder.#advertise(name, options)))]);
      return responder;
    } catch (error) {
      await responder.end();
      throw error;
    } finally {
      tooLong.catch(() => {});
    }
  }

  /** Says goodbye, so that other machines forget the names at once. */
  async end(): Promise<void> {
    await Promise.race([this.#responder.shutdown().catch(() => {}), delay(this.#clock, endLimitMs)]);
  }

  async #advertise(name: string, { port, onConflict }: ResponderOptions): Promise<void> {
    const label = name.replace(/\.local$/, '');
    // An empty TXT record would look to ciao like another machine's.
    const service = this.#responder.createService({
      name: label,
      type: 'https',
      hostname: label,
      port,
      txt: { path: '/' },
    });
    // Its own substitute, `studio-(2).local`, is no host name.
    service.on('hostname-change', () => {
      void service.end().catch(() => {});
      onConflict(name);
    });
    await service.advertise();
  }
}

/** ciao would answer on every interface for an address that has just gone. */
function requireAddresses(addresses: readonly string[]): void {
  const present = Object.values(os.networkInterfaces()).flatMap((one = []) => one.map(({ address }) => address));
  const gone = addresses.find((address) => !present.includes(address));
  if (gone !== undefined) throw new Error(`no interface has the address ${gone} any more`);
}

/** Responders share the port, but another program may hold it alone. @throws Error */
async function requirePort(): Promise<void> {
  const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(multicastDnsPort, resolve);
  }).finally(() => socket.close());
}

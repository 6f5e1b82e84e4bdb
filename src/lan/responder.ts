import type { Responder } from '@homebridge/ciao';

export interface ResponderOptions {
  /** Answers on the interfaces with these addresses, with the address of each. */
  addresses: readonly string[];
  /** Of HTTPS. */
  port: number;
  /** Hears that another machine has taken the name, which is no longer answered. */
  onConflict: (name: string) => void;
}

/** Answers for names in the local network by multicast DNS (RFC 6762), and announces them as HTTPS (RFC 6763). */
export class NameResponder {
  readonly #responder: Responder;

  private constructor(responder: Responder) {
    this.#responder = responder;
  }

  /**
   * Resolves once the names are probed and announced, about a second later.
   * @param names of one label below `local`.
   * @throws Error if this machine does not permit multicast DNS.
   */
  static async start(names: readonly string[], options: ResponderOptions): Promise<NameResponder> {
    // Loaded only here: it replaces the process's stack traces.
    const { default: ciao } = await import('@homebridge/ciao');
    const ipv4 = options.addresses.some((address) => !address.includes(':'));
    const responder = ciao.getResponder({ interface: [...options.addresses], disableIpv6: ipv4 });
    const own = new NameResponder(responder);
    try {
      await Promise.all(names.map((name) => own.#advertise(name, options)));
      return own;
    } catch (error) {
      await own.end();
      throw error;
    }
  }

  /** Says goodbye, so that other machines forget the names at once. */
  async end(): Promise<void> {
    await this.#responder.shutdown().catch(() => {});
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

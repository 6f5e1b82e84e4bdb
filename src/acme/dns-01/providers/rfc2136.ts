import type { Clock } from '../../../base/clock.ts';
import type { Wording } from '../../../base/language.ts';
import { EveryhopError } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';
import type { DnsExchange } from '../../../dns/exchange.ts';
import {
  type DnsMessage,
  type DnsQuestion,
  encodeMessage,
  opcodes,
  type OutgoingRecord,
  questionOf,
  responseCodeName,
  responseCodes,
  txtData,
} from '../../../dns/message.ts';
import { canonicalName, isWithin, parentName } from '../../../dns/name.ts';
import { recordClasses } from '../../../dns/record.ts';
import type { DnsServer } from '../../../dns/server.ts';
import { withBrackets } from '../../../names/address.ts';
import { defineDnsProvider } from '../definition.ts';
import { dns01Error, dns01Words } from '../messages.ts';
import type { DnsProvider } from '../provider.ts';
import { readTsigKey } from '../tsig-key-file.ts';
import { fudgeSeconds, signMessage, type TsigKey, verifyAnswer } from '../tsig.ts';

export interface Rfc2136Options {
  /** The primary server of the zone. */
  server: DnsServer;
  key: TsigKey;
  /** Default: the zone for which the server itself is authoritative. */
  zone?: string;
  /** Of the records. Default 60. */
  ttlSeconds?: number;
  /** Per message. Default 10 s. */
  timeoutMs?: number;
  clock: Clock;
  random: Random;
  exchange: DnsExchange;
}

/** Dynamic update (RFC 2136) over TCP, signed with TSIG (RFC 8945). Works with BIND, Knot, PowerDNS and others. */
export class Rfc2136Provider implements DnsProvider {
  readonly name: string;
  readonly #options: Rfc2136Options;
  readonly #zone: string | undefined;

  /** @throws EveryhopError `dns.name-invalid` for an invalid `zone` */
  constructor(options: Rfc2136Options) {
    this.#options = options;
    this.name = `rfc2136 ${this.#server}`;
    this.#zone = options.zone === undefined ? undefined : canonicalName(options.zone);
  }

  async present(fqdn: string, value: string, signal?: AbortSignal): Promise<void> {
    const { ttlSeconds = 60 } = this.#options;
    await this.#change({ ...questionOf(fqdn, 'TXT'), ttlSeconds, octets: txtData(value) }, signal);
  }

  /** Deletes only this value of the record set (RFC 2136 §2.5.4). */
  async cleanup(fqdn: string, value: string, signal?: AbortSignal): Promise<void> {
    const { NONE: classNumber } = recordClasses;
    await this.#change({ ...questionOf(fqdn, 'TXT'), classNumber, ttlSeconds: 0, octets: txtData(value) }, signal);
  }

  /**
   * Checks server, key and permission: deletes a random value, which changes nothing but needs the same permission.
   * @returns the zone it would write to.
   * @throws EveryhopError `acme-dns.*`
   */
  async check(fqdn: string, signal?: AbortSignal): Promise<string> {
    const zone = await this.#zoneOf(fqdn, signal);
    await this.cleanup(fqdn, this.#options.random.bytes(32).toString('base64url'), signal);
    return zone;
  }

  /** The innermost zone above the name for which the server is authoritative, or the configured zone. */
  async #zoneOf(fqdn: string, signal?: AbortSignal): Promise<string> {
    if (this.#zone !== undefined && !isWithin(fqdn, this.#zone)) {
      throw this.#notServed(fqdn, dns01Words('acme-dns.outside-zone', { zone: this.#zone }));
    }
    let detail: Wording = dns01Words('acme-dns.no-zone-above', {});
    for (let candidate = this.#zone ?? fqdn; candidate !== ''; candidate = parentName(candidate)!) {
      const question = questionOf(candidate, 'SOA');
      const answer = await this.#send(opcodes.query, question, [], { fqdn, zone: candidate }, signal);
      const hasSoa = answer.answers.some((record) => record.name === candidate && record.data.type === 'SOA');
      if (answer.authoritative && hasSoa) return candidate;
      if (answer.responseCode !== 0) detail = responseCodeName(answer.responseCode);
      if (this.#zone !== undefined) break;
    }
    throw this.#notServed(fqdn, detail);
  }

  async #change(record: OutgoingRecord, signal?: AbortSignal): Promise<void> {
    const zone = await this.#zoneOf(record.name, signal);
    const asked = { fqdn: record.name, zone };
    const { responseCode } = await this.#send(opcodes.update, questionOf(zone, 'SOA'), [record], asked, signal);
    if (responseCode !== responseCodes.NOERROR) throw this.#failure(responseCode, asked);
  }

  #failure(responseCode: number, { fqdn, zone }: { fqdn: string; zone: string }): EveryhopError {
    const names = { server: this.#server, name: fqdn, zone };
    switch (responseCode) {
      case responseCodes.REFUSED:
        return dns01Error('acme-dns.update-refused', { ...names, key: this.#options.key.name });
      case responseCodes.NOTAUTH:
      case responseCodes.NOTZONE:
        return this.#notServed(fqdn, responseCodeName(responseCode));
      default:
        return dns01Error('acme-dns.update-failed', { ...names, answer: responseCodeName(responseCode) });
    }
  }

  /** Sends one signed message and verifies its answer. */
  async #send(
    opcode: number,
    question: DnsQuestion,
    authority: OutgoingRecord[],
    { fqdn, zone }: { fqdn: string; zone: string },
    signal?: AbortSignal,
  ): Promise<DnsMessage> {
    const { server, key, clock, random, exchange, timeoutMs = 10_000 } = this.#options;
    const message = encodeMessage({ id: random.integer(0x10000), opcode, question, authority });
    const { octets, mac } = signMessage(message, key, Math.floor(clock.now() / 1000));
    const options = { clock, protocol: 'tcp' as const, timeoutMs, ...(signal && { signal }) };
    const exchanged = await exchange(server, octets, options);
    signal?.throwIfAborted();
    const place = { server: this.#server, address: server.address, port: server.port, zone };
    if (!exchanged.arrived) {
      throw dns01Error('acme-dns.update-unreachable', { ...place, detail: exchanged.detail });
    }
    const nowSeconds = Math.floor(clock.now() / 1000);
    const verdict = verifyAnswer(exchanged.message, mac, key, nowSeconds);
    if (verdict.authentic) return exchanged.message;
    const common = { server: this.#server, key: key.name };
    if (verdict.error === responseCodes.BADKEY) {
      throw dns01Error('acme-dns.key-unknown', { ...common, algorithm: key.algorithm });
    }
    if (verdict.error === responseCodes.BADSIG) throw dns01Error('acme-dns.key-wrong', common);
    if (verdict.serverTimeSeconds !== undefined) {
      const seconds = Math.abs(verdict.serverTimeSeconds - nowSeconds);
      throw dns01Error('acme-dns.clock-differs', { server: this.#server, seconds, fudge: fudgeSeconds });
    }
    // A server without updates, or without the zone, answers before it checks the signature; an error needs no proof.
    const { responseCode } = exchanged.message;
    if (verdict.error === 0 && responseCode !== responseCodes.NOERROR)
      throw this.#failure(responseCode, { fqdn, zone });
    throw dns01Error('acme-dns.answer-not-authentic', { ...common, ...place });
  }

  #notServed(name: string, detail: Wording): EveryhopError {
    return dns01Error('acme-dns.zone-not-served', { server: this.#server, name, detail });
  }

  get #server(): string {
    const { address, port } = this.#options.server;
    return `${withBrackets(address)}:${port}`;
  }
}

export default defineDnsProvider({
  id: 'rfc2136',
  title: { en: 'dynamic updates of a name server, signed with TSIG', zh: '以 TSIG 签名，动态更新域名服务器' },
  settings: {
    RFC2136_NAMESERVER: {
      kind: 'server',
      description: { en: 'primary name server of the zone', zh: '该区域的主域名服务器' },
    },
    RFC2136_TSIG_FILE: {
      kind: 'file',
      description: { en: 'key file written by tsig-keygen', zh: '由 tsig-keygen 生成的密钥文件' },
    },
  },
  async open({ RFC2136_NAMESERVER: server, RFC2136_TSIG_FILE: file }, { clock, random, exchange, readText }) {
    const key = readTsigKey(await readText(file), file);
    return new Rfc2136Provider({ server, key, clock, random, exchange });
  },
});

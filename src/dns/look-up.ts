import type { Clock } from '../base/clock.ts';
import type { DnsExchange } from './exchange.ts';
import type { DnsServer } from './server.ts';
import {
  type DnsMessage,
  ednsRecord,
  encodeMessage,
  extendedError,
  opcodes,
  questionOf,
  responseCodeName,
  responseCodes,
} from './message.ts';
import { dnsWords } from './messages.ts';
import { canonicalName } from './name.ts';
import type { LookUpOutcome } from './outcome.ts';
import type { DnsRecord, LookUpType } from './record.ts';
import type { Random } from '../base/random.ts';

export interface LookUpOptions {
  clock: Clock;
  random: Random;
  exchange: DnsExchange;
  /** Queried in order until one answers. */
  servers: readonly DnsServer[];
  /** Recursion desired: true for resolvers, false for authoritative servers. */
  recursive: boolean;
  /** Asks a resolver to answer despite DNSSEC failures, to tell those from other failures. Default false. */
  checkingDisabled?: boolean;
  /** Limit per attempt. Default 3 s. */
  timeoutMs?: number;
  /** Attempts per server. Default 2. */
  attempts?: number;
  signal?: AbortSignal;
}

/** Limit for a chain of aliases in one answer. */
const mostAliases = 16;
/** Passes every path unfragmented (DNS Flag Day 2020). */
const udpSizeBytes = 1232;
/** Responses of servers without EDNS support (RFC 6891 section 7). */
const lacksEdns: number[] = [responseCodes.FORMERR, responseCodes.NOTIMP];

/**
 * Looks up the records of one type. Server and network failures become outcomes. Follows aliases within the answer,
 * where resolvers put the whole chain.
 * @param name absolute, with or without final dot.
 * @throws EveryhopError `dns.name-invalid`, before it sends anything.
 */
export async function lookUp(name: string, type: LookUpType, options: LookUpOptions): Promise<LookUpOutcome> {
  const canonical = canonicalName(name);
  let last: LookUpOutcome = { outcome: 'unreachable', detail: dnsWords('dns.no-server', {}) };
  for (let attempt = 0; attempt < (options.attempts ?? 2); attempt++) {
    for (const server of options.servers) {
      last = await askOnce(canonical, type, server, options);
      if (['answer', 'no-data', 'no-name'].includes(last.outcome) || options.signal?.aborted) return last;
    }
    // Retry only without an answer: an error answer would be the same again.
    if (last.outcome !== 'timed-out' && last.outcome !== 'unreachable') return last;
  }
  return last;
}

async function askOnce(
  name: string,
  type: LookUpType,
  server: DnsServer,
  options: LookUpOptions,
): Promise<LookUpOutcome> {
  const { exchange, clock, signal, timeoutMs = 3_000 } = options;
  const ask = (protocol: 'udp' | 'tcp', edns: boolean): ReturnType<DnsExchange> => {
    const query = encodeMessage({
      id: options.random.integer(0x10000),
      opcode: opcodes.query,
      recursionDesired: options.recursive,
      checkingDisabled: options.checkingDisabled ?? false,
      question: questionOf(name, type),
      additional: edns ? [ednsRecord(udpSizeBytes)] : [],
    });
    return exchange(server, query, { clock, protocol, timeoutMs, ...(signal && { signal }) });
  };
  let edns = true;
  let exchanged = await ask('udp', edns);
  if (exchanged.arrived && lacksEdns.includes(exchanged.message.responseCode)) {
    edns = false;
    exchanged = await ask('udp', edns);
  }
  if (exchanged.arrived && exchanged.message.truncated) exchanged = await ask('tcp', edns);
  if (!exchanged.arrived) return { outcome: exchanged.reason, detail: exchanged.detail };
  return outcomeOf(exchanged.message, name, type);
}

function outcomeOf(message: DnsMessage, name: string, type: LookUpType): LookUpOutcome {
  const { responseCode: code, authoritative } = message;
  const extended = extendedError(message);
  const detail = extended
    ? `${responseCodeName(code)}: ${extended.text || `EDE ${extended.code}`}`
    : responseCodeName(code);
  if (code === responseCodes.SERVFAIL) {
    return { outcome: 'servfail', detail, ...(extended && { extendedCode: extended.code }) };
  }
  if (code === responseCodes.REFUSED || code === responseCodes.NOTAUTH) return { outcome: 'refused', detail };
  if (code !== responseCodes.NOERROR && code !== responseCodes.NXDOMAIN) return { outcome: 'failed', detail };
  const followed = follow(message.answers, name, type);
  if (!followed) return { outcome: 'malformed', detail: dnsWords('dns.alias-loop', {}) };
  const { aliases, owner } = followed;
  const records = message.answers.filter((record) => record.name === owner && record.data.type === type);
  if (records.length > 0) return { outcome: 'answer', records, aliases, owner, authoritative };
  const kind = code === responseCodes.NXDOMAIN ? 'no-name' : 'no-data';
  return { outcome: kind, aliases, owner, authoritative };
}

function follow(
  answers: readonly DnsRecord[],
  name: string,
  type: LookUpType,
): { aliases: string[]; owner: string } | undefined {
  const aliases: string[] = [];
  let owner = name;
  if (type === 'CNAME') return { aliases, owner };
  for (;;) {
    const alias = answers.find((record) => record.name === owner && record.data.type === 'CNAME')?.data;
    if (alias?.type !== 'CNAME') return { aliases, owner };
    if (aliases.length === mostAliases || alias.target === name || aliases.includes(alias.target)) return undefined;
    aliases.push(alias.target);
    owner = alias.target;
  }
}

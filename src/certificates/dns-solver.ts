import { Dns01Solver } from '../acme/dns-01.ts';
import {
  type DnsProviderDefinition,
  dnsProviderOf,
  dnsProviders,
  requiredSettings,
  type SettingValues,
} from '../acme/dns-providers.ts';
import type { Clock } from '../base/clock.ts';
import { readText } from '../base/files.ts';
import { execute } from '../base/process.ts';
import type { Random } from '../base/random.ts';
import { Secret } from '../base/redact.ts';
import { exchangeDns } from '../dns/exchange.ts';
import type { PublicDns } from '../dns/public-dns.ts';
import { type DnsServer, parseServer } from '../dns/server.ts';
import type { Database } from '../store/database.ts';
import { certificatesError } from './messages.ts';
import { storedPresentedRecords } from './presented-records.ts';

export interface DnsSolverOptions {
  database: Database;
  clock: Clock;
  random: Random;
  /** Contains the provider's settings. */
  env: NodeJS.ProcessEnv;
  dns: PublicDns;
}

/**
 * Answers DNS-01 through a DNS provider.
 * @param id of the provider.
 * @throws EveryhopError `certificates.dns-provider-unknown`, `certificates.dns-setting-missing`,
 *   `certificates.dns-server-unreadable`; errors of the provider.
 */
export async function dnsSolver(id: string, options: DnsSolverOptions): Promise<Dns01Solver> {
  const { database, clock, random, env, dns } = options;
  const definition = dnsProviderOf(id);
  if (!definition) {
    const known = dnsProviders.map((provider) => provider.id).join(', ');
    throw certificatesError('certificates.dns-provider-unknown', { name: id, known });
  }
  const world = { clock, random, execute, exchange: exchangeDns, readText, env };
  const provider = await definition.open(readSettings(definition, env), world);
  return new Dns01Solver({ provider, dns, presented: storedPresentedRecords(database), clock });
}

function readSettings(definition: DnsProviderDefinition, env: NodeJS.ProcessEnv): SettingValues {
  const values = Object.entries(definition.settings).map(([name, { kind, optional }]) => {
    const text = env[name] ?? '';
    if (text === '' && optional) return [name, undefined];
    if (text === '') {
      const needed = requiredSettings(definition).join(', ');
      throw certificatesError('certificates.dns-setting-missing', { name, provider: definition.id, needed });
    }
    if (kind === 'server') return [name, readServer(name, text)];
    return [name, kind === 'secret' ? new Secret(text) : text];
  });
  return Object.fromEntries(values) as SettingValues;
}

/** @throws EveryhopError `certificates.dns-server-unreadable`. */
export function readServer(name: string, text: string): DnsServer {
  const server = parseServer(text);
  if (!server) throw certificatesError('certificates.dns-server-unreadable', { name, text });
  return server;
}

import { ExecHookProvider } from '../acme/dns-01/exec-hook.ts';
import type { DnsProvider } from '../acme/dns-01/provider.ts';
import { Rfc2136Provider } from '../acme/dns-01/rfc2136.ts';
import { Dns01Solver } from '../acme/dns-01/solver.ts';
import { readTsigKey } from '../acme/dns-01/tsig-key-file.ts';
import type { Clock } from '../base/clock.ts';
import { readText } from '../base/files.ts';
import { execute } from '../base/process.ts';
import type { Random } from '../base/random.ts';
import type { DnsProviderName } from '../config/configuration.ts';
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
  env: NodeJS.ProcessEnv;
  dns: PublicDns;
}

/**
 * Answers DNS-01 by `exec` (the program in EXEC_PATH, with lego's contract) or `rfc2136` (RFC2136_NAMESERVER,
 * RFC2136_TSIG_FILE).
 * @throws EveryhopError `certificates.dns-setting-missing`, `acme-dns.key-file-invalid`, `file.*`.
 */
export async function dnsSolver(name: DnsProviderName, options: DnsSolverOptions): Promise<Dns01Solver> {
  const { database, clock, dns } = options;
  return new Dns01Solver({
    provider: name === 'exec' ? execProvider(options) : await rfc2136Provider(options),
    dns,
    presented: storedPresentedRecords(database),
    clock,
  });
}

function execProvider({ env }: DnsSolverOptions): DnsProvider {
  return new ExecHookProvider({ program: setting(env, 'EXEC_PATH'), execute, environment: env });
}

async function rfc2136Provider({ env, clock, random }: DnsSolverOptions): Promise<DnsProvider> {
  const file = setting(env, 'RFC2136_TSIG_FILE');
  return new Rfc2136Provider({
    server: readServer('RFC2136_NAMESERVER', setting(env, 'RFC2136_NAMESERVER')),
    key: readTsigKey(await readText(file), file),
    clock,
    random,
    exchange: exchangeDns,
  });
}

function setting(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw certificatesError('certificates.dns-setting-missing', { name });
  return value;
}

/** @throws EveryhopError `certificates.dns-server-unreadable`. */
export function readServer(name: string, text: string): DnsServer {
  const server = parseServer(text);
  if (!server) throw certificatesError('certificates.dns-server-unreadable', { name, text });
  return server;
}

import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { EveryhopError } from '../../base/errors.ts';
import type { Execute } from '../../base/process.ts';
import type { Random } from '../../base/random.ts';
import { nginxError } from '../messages.ts';
import { hostAddresses } from '../model/host-addresses.ts';
import type { ServerBlock } from '../model/server.ts';
import { serversOf } from '../model/servers.ts';
import { inspectNginx, type NginxChoice, type NginxProgram } from '../program/inspect.ts';
import { isChangedSince } from '../program/loaded.ts';
import { findMaster, type Master, workersOf } from '../program/master.ts';
import { dumpConfiguration } from '../program/test.ts';
import { fromLatin1, toLatin1 } from '../reading/latin1.ts';
import { readConfiguration } from '../reading/configuration.ts';
import { differenceToDump } from '../reading/cross-check.ts';
import { childrenOf, type Configuration } from '../reading/located.ts';
import { quoted } from './edit.ts';
import type { Journal } from './journal.ts';
import { changeError } from './messages.ts';
import { managedSites } from './records.ts';

/** Access to the outside world for changes. */
export interface NginxTools {
  execute: Execute;
  clock: Clock;
  random: Random;
  /** The roots that a visitor trusts, PEM: the system's and the private one. */
  roots(): Promise<string[]>;
}

/** A running nginx and its configuration. */
export interface OpenedNginx {
  nginx: NginxProgram;
  master: Master;
  configuration: Configuration;
  /** nginx rejects the current files, so it runs an older configuration. */
  isRefused: boolean;
  /** A file changed after the workers started, so nginx may be running an older configuration. */
  isEdited: boolean;
  /** Reads the server blocks of a configuration of this nginx. */
  serversOf: (configuration: Configuration) => ServerBlock[];
  /** Undefined if nginx does not log to a file. */
  errorLog: string | undefined;
}

/** An nginx opened for changes, exclusively. */
export interface NginxSession {
  opened: OpenedNginx;
  journal: Journal;
  tools: NginxTools;
}

/**
 * Finds an nginx and reads its configuration.
 * @param options.mayBeRefused accepts an invalid configuration, for a change that may repair it.
 * @throws EveryhopError if nginx is not running, rejects its configuration, or reads it differently.
 */
export async function openNginx(
  choice: NginxChoice,
  tools: NginxTools,
  options: { mayBeRefused?: boolean } = {},
): Promise<OpenedNginx> {
  const nginx = await inspectNginx(choice, tools.execute);
  const configuration = await readConfiguration({ main: nginx.confFile, prefix: nginx.prefix });
  const pidFile = fileOf(configuration, 'pid');
  const master = await findMaster(nginx, pidFile === undefined ? {} : { pidFile });
  const files = configuration.files.map(({ path: file }) => file);
  const isEdited = await isChangedSince(workersOf(master), files);
  const dump = await dumpConfiguration(nginx, tools.execute).catch(async (error: unknown) => {
    if (!nginxError.is(error, 'nginx.refused')) throw error;
    if (options.mayBeRefused) return undefined;
    throw (await lostCertificate(nginx.confFile, error.message)) ?? error;
  });
  const difference = dump && differenceToDump(configuration, dump);
  if (difference) {
    const { file, line, ours, theirs } = difference;
    throw changeError('nginx.read-differently', { file, line, ours, theirs }, { place: { file, line } });
  }
  const errorLog = fileOf(configuration, 'error_log') ?? nginx.errorLogDefault;
  const asRoot = master.uid === 0;
  const addresses = await hostAddresses(configuration);
  return {
    nginx,
    master,
    configuration,
    isRefused: dump === undefined,
    isEdited,
    serversOf: (read) => serversOf(read, { asRoot, addresses }),
    errorLog: errorLog?.includes(':') ? undefined : errorLog,
  };
}

/** The error if nginx rejects its configuration because the certificate of a managed site is missing. */
async function lostCertificate(
  confFile: string,
  message: string,
): Promise<EveryhopError<'nginx.certificate-lost'> | undefined> {
  const file = /cannot load certificate (?:key )?"([^"]+)"/.exec(message)?.[1];
  if (file === undefined) return undefined;
  const sites = await managedSites(confFile);
  const found = sites.find(({ files }) => [...files.values()].some((text) => text.includes(quoted(toLatin1(file)))));
  if (!found) return undefined;
  const { site, record } = found;
  return changeError('nginx.certificate-lost', { file, site, names: record.names.join(' ') });
}

/** The file that a top-level directive of the main configuration sets, if any. */
function fileOf(configuration: Configuration, name: string): string | undefined {
  const found = childrenOf(configuration).findLast(({ directive }) => directive.name.text === name);
  const value = found?.directive.args[0]?.text;
  if (value === undefined || value === 'stderr' || /^(?:syslog|memory):/.test(value)) return undefined;
  return path.resolve(configuration.prefix, fromLatin1(value));
}

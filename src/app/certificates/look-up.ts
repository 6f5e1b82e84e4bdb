import { EveryhopError } from '../../base/errors.ts';
import { type Generation, servedGenerations } from '../../certificates/generation.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { requestControl } from '../../control/client.ts';
import { controlError } from '../../control/messages.ts';
import type { DatabaseReader } from '../../store/database.ts';
import type { ServiceStatus } from '../serve/status.ts';
import { clock } from '../system.ts';

/** The certificate to serve for a name; `stored`: the names in all stored certificates. */
export interface LookUp {
  found: Generation | undefined;
  stored: string[];
}

export async function lookUp(database: DatabaseReader, name: string): Promise<LookUp> {
  const all = await servedGenerations(database, clock.now());
  const wanted = name.toLowerCase();
  return { found: all.find(({ names }) => names.includes(wanted)), stored: all.flatMap(({ names }) => names) };
}

/** Why no certificate was found for a name: the running program does not serve it, or nothing runs and none is stored. */
export async function notFound(folder: string, name: string, stored: readonly string[]): Promise<EveryhopError> {
  try {
    const { body } = await requestControl(folder, 'GET', '/status');
    const urls = (body as ServiceStatus).sites.flatMap((site) => site.urls);
    const names = urls.map((url) => new URL(url).hostname).join(', ');
    return certificatesError('certificates.unknown-name', { name, names });
  } catch (error) {
    if (!controlError.is(error, 'cli.not-running')) throw error;
    if (stored.length === 0) return certificatesError('certificates.none-stored', { name, folder });
    return certificatesError('certificates.not-stored', { name, folder, names: stored.join(', ') });
  }
}

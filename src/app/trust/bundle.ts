import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { type Bundle, makeBundle, type ReadRoot } from '../../trust/bundle.ts';
import type { Publication } from '../../trust/publication.ts';
import { clock } from '../system.ts';
import { authorityRoot, certifiOf, type TrustOptions } from './sources.ts';

export interface TrustBundleOptions extends TrustOptions {
  /** URLs that roots are read from: `https://…`, `http://…`, `tls://HOST:PORT`. */
  from: readonly string[];
  /** Default: `trust` in the state folder. */
  folder: string | undefined;
  /** Where programs will see the folder, for the env file; undefined: where it is. */
  seenAt: string | undefined;
  /** Only compares. */
  dryRun: boolean;
  /** Shows a root from the network to a person; undefined: only pinned ones count. */
  confirm: ((root: ReadRoot) => Promise<boolean>) | undefined;
}

/**
 * Makes the bundle of a machine's roots and the private ones, and publishes it.
 * @throws EveryhopError `trust.bundle-refused`, and as `publishBundle` does.
 */
export async function publishTrustBundle(
  options: TrustBundleOptions,
): Promise<{ bundle: Bundle; publication: Publication }> {
  const { publicSet, rootFiles, distrust, pins, allowSmaller, from, seenAt, dryRun, confirm, version } = options;
  const authorityRootPem = await authorityRoot(options);
  const certifiFile = await certifiOf(options);
  const making = makeBundle({
    nowMs: clock.now(),
    publicSet,
    rootFiles,
    from,
    distrust,
    pins,
    allowSmaller,
    ...(confirm && { confirm }),
    ...(authorityRootPem === undefined ? {} : { authorityRootPem }),
    ...(certifiFile === undefined ? {} : { certifiFile }),
  });
  // Loaded while signatures are verified on other threads.
  const [bundle, { publishBundle }] = await Promise.all([making, import('../../trust/publication.ts')]);
  const folder = options.folder ?? (await usualFolder(options.stateFolder));
  const publication = publishBundle(folder, bundle, {
    toolVersion: version,
    allowSmaller,
    dryRun,
    ...(seenAt === undefined ? {} : { seenAt }),
  });
  return { bundle, publication };
}

/** Inside the state folder, which other users may not list if it is new. */
async function usualFolder(stateFolder: string): Promise<string> {
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw fileError(error, stateFolder);
  }
  return path.join(stateFolder, 'trust');
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { type Bundle, makeBundle, type ReadRoot } from '../../trust/bundle.ts';
import type { Publication } from '../../trust/publication.ts';
import { clock } from '../system.ts';
import { authorityRoot, findCertifiFile, type TrustOptions } from './sources.ts';

export interface TrustBundleOptions extends TrustOptions {
  /** URLs of roots: `https://…`, `http://…`, `tls://HOST:PORT`. */
  from: readonly string[];
  /** Default: `trust` in the state folder. */
  folder: string | undefined;
  /** Path of the folder as programs see it, for the env file. Default: its own path. */
  seenAt: string | undefined;
  /** Compares and writes nothing. */
  dryRun: boolean;
  /** Asks the user about a root from the network; undefined: only pinned roots are accepted. */
  confirm: ((root: ReadRoot) => Promise<boolean>) | undefined;
}

/**
 * Makes the bundle of this machine's roots and the private ones, and publishes it.
 * @throws EveryhopError `trust.bundle-refused`, and the errors of `publishBundle`.
 */
export async function publishTrustBundle(
  options: TrustBundleOptions,
): Promise<{ bundle: Bundle; publication: Publication }> {
  const { publicSet, rootFiles, distrust, pins, allowSmaller, from, seenAt, dryRun, confirm, version } = options;
  const authorityRootPem = await authorityRoot(options);
  const certifiFile = await findCertifiFile(options);
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
  // Load the module while other threads verify signatures.
  const [bundle, { publishBundle }] = await Promise.all([making, import('../../trust/publication.ts')]);
  const folder = options.folder ?? (await defaultFolder(options.stateFolder));
  const publication = publishBundle(folder, bundle, {
    toolVersion: version,
    allowSmaller,
    dryRun,
    ...(seenAt === undefined ? {} : { seenAt }),
  });
  return { bundle, publication };
}

/** Inside the state folder. A new state folder gets mode 0711: other users can pass through but not list it. */
async function defaultFolder(stateFolder: string): Promise<string> {
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw fileError(error, stateFolder);
  }
  return path.join(stateFolder, 'trust');
}

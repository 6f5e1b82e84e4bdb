import { EveryhopError } from '../../base/errors.ts';
import type { ReadSource } from './anchor.ts';
import { type Bundle, mergeRoots, type MergeOptions } from './merge.ts';
import { readMozillaRoots, readSystemRoots } from './public-roots.ts';
import { readPath } from './read-file.ts';
import { readFingerprint } from './fingerprint.ts';
import { readNetwork } from './read-network.ts';
import { readRoots } from './read-roots.ts';
import { selfSignedOf } from './self-signed.ts';

/** Debian ships some 140, the smallest set in common use more than 100. */
const floorOfPublicRoots = 50;

export interface BundleRequest extends Omit<MergeOptions, 'selfSigned'> {
  /** Whose public roots (default: the system's). */
  publicSet?: 'system' | 'mozilla' | 'none';
  /** The root of our authority, PEM. */
  authorityRootPem?: string;
  /** Files and folders of further private roots. */
  rootFiles?: readonly string[];
  /** URLs of files of private roots, and `tls://HOST:PORT` of servers; what they give counts if it is among `pins`. */
  from?: readonly string[];
  /** Files of roots that are trusted beside the public set, sifted like it. */
  environmentFiles?: readonly string[];
  /** Take a public set of however few roots (default: at least 50). */
  allowSmaller?: boolean;
  /** Where the system's set is looked for (default: `systemRootFiles`). */
  systemFiles?: readonly string[];
}

/**
 * Reads every source, judges what is in it and merges it. Writes nothing.
 * @throws GatheredError `trust.bundle-refused` with every reason, each with file, line and block; EveryhopError
 * `trust.no-system-roots`, `trust.bundle-few-public`, `trust.bundle-empty`, `trust.fingerprint-unreadable`.
 */
export async function makeBundle(request: BundleRequest): Promise<Bundle> {
  const { publicSet = 'system', authorityRootPem, rootFiles = [], environmentFiles = [], from = [] } = request;
  const pins = new Set((request.pins ?? []).map(readFingerprint));
  const privates = await Promise.all([
    ...rootFiles.map((file) => readPath(file, 'file')),
    ...from.map((place) => readNetwork(place, pins)),
  ]);
  if (authorityRootPem !== undefined) privates.push(readRoots(Buffer.from(authorityRootPem), { kind: 'authority' }));
  // Its threads work while the public roots are read here.
  const verifying = selfSignedOf(privates.flatMap(({ roots }) => roots).map(({ certificate }) => certificate));
  const publics = [
    ...(await readPublic(publicSet, request.systemFiles)),
    ...(await Promise.all(environmentFiles.map(readEnvironmentFile))),
  ];
  const bundle = mergeRoots([...publics, ...privates], { ...request, selfSigned: await verifying });
  if (bundle.anchors.length === 0) throw new EveryhopError('trust.bundle-empty', {});
  const count = bundle.anchors.filter(({ isPrivate }) => !isPrivate).length;
  if (publicSet !== 'none' && count < floorOfPublicRoots && request.allowSmaller !== true) {
    throw new EveryhopError('trust.bundle-few-public', { count, floor: floorOfPublicRoots });
  }
  return bundle;
}

async function readPublic(set: 'system' | 'mozilla' | 'none', files?: readonly string[]): Promise<ReadSource[]> {
  if (set === 'none') return [];
  return [set === 'system' ? await readSystemRoots(process.platform, files) : readMozillaRoots()];
}

/** Somebody else's, so that nothing in it keeps a bundle from being made. */
async function readEnvironmentFile(file: string): Promise<ReadSource> {
  const { roots, findings } = await readPath(file, 'environment');
  return { roots, findings: findings.map((finding) => ({ ...finding, outcome: 'dropped' })) };
}

import { EveryhopError } from '../../base/errors.ts';
import type { ReadSource } from './anchor.ts';
import { type Bundle, mergeRoots, type MergeOptions } from './merge.ts';
import { readMozillaRoots, readSystemRoots } from './public-roots.ts';
import { readPath } from './read-file.ts';
import { readRoots } from './read-roots.ts';

/** Debian ships some 140, the smallest set in common use more than 100. */
const floorOfPublicRoots = 50;

export interface BundleRequest extends MergeOptions {
  /** Whose public roots (default: the system's). */
  publicSet?: 'system' | 'mozilla' | 'none';
  /** The root of our authority, PEM. */
  authorityRootPem?: string;
  /** Files and folders of further private roots. */
  rootFiles?: readonly string[];
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
  const { publicSet = 'system', authorityRootPem, rootFiles = [] } = request;
  const sources: ReadSource[] = await Promise.all(rootFiles.map((file) => readPath(file, 'file')));
  if (authorityRootPem !== undefined) sources.push(readRoots(Buffer.from(authorityRootPem), { kind: 'authority' }));
  if (publicSet === 'system') sources.push(await readSystemRoots(process.platform, request.systemFiles));
  if (publicSet === 'mozilla') sources.push(readMozillaRoots());

  const bundle = mergeRoots(sources, request);
  if (bundle.anchors.length === 0) throw new EveryhopError('trust.bundle-empty', {});
  const count = bundle.anchors.filter(({ isPrivate }) => !isPrivate).length;
  if (publicSet !== 'none' && count < floorOfPublicRoots && request.allowSmaller !== true) {
    throw new EveryhopError('trust.bundle-few-public', { count, floor: floorOfPublicRoots });
  }
  return bundle;
}

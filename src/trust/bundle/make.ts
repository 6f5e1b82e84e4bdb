import { type ReadSource, RootFinding } from './anchor.ts';
import { readFingerprint } from './fingerprint.ts';
import { type Bundle, mergeRoots, type MergeOptions } from './merge.ts';
import { bundleError } from './messages.ts';
import { readSystemRoots } from './public-roots.ts';
import { readPath } from './read-file.ts';
import type { ConfirmRoot } from './read-network.ts';
import { readRoots } from './read-roots.ts';
import { selfSignedOf } from './self-signed.ts';

/** Debian ships some 140, the smallest set in common use more than 100. */
const floorOfPublicRoots = 50;

export interface BundleRequest extends Omit<MergeOptions, 'selfSigned'> {
  /** Which public roots. Default: the system's. */
  publicSet?: 'system' | 'mozilla' | 'none';
  /** The root of our authority, PEM. */
  authorityRootPem?: string;
  /** Files and folders of further private roots. */
  rootFiles?: readonly string[];
  /** URLs of files of private roots, and `tls://HOST:PORT` of servers. Their roots count if `pins` has their fingerprint. */
  from?: readonly string[];
  /** Called for each root from `from` that is not pinned. Default: such roots do not count. */
  confirm?: ConfirmRoot;
  /** Files of roots trusted beside the public set; bad ones are dropped, as from that set. */
  environmentFiles?: readonly string[];
  /** Accept a public set of any size. Default: at least 50 roots. */
  allowSmaller?: boolean;
  /** certifi's file of Mozilla's set, if installed: the newer of it and Node's built-in set counts. */
  certifiFile?: string;
  /** Candidates for the system's set. Default: `systemRootFiles`. */
  systemFiles?: readonly string[];
}

/**
 * Reads, judges and merges every source. Writes nothing.
 * @throws GatheredError `trust.bundle-refused` with every reason, each with file, line and block; EveryhopError
 * `trust.no-system-roots`, `trust.bundle-few-public`, `trust.bundle-empty`, `trust.fingerprint-unreadable`.
 */
export async function makeBundle(request: BundleRequest): Promise<Bundle> {
  const { publicSet = 'system', authorityRootPem, rootFiles = [], environmentFiles = [], from = [] } = request;
  const pins = new Set((request.pins ?? []).map(readFingerprint));
  const privates = rootFiles.map((file) => readPath(file, 'file'));
  if (from.length > 0) privates.push(...(await readPlaces(from, pins, request.confirm)));
  if (authorityRootPem !== undefined) privates.push(readRoots(Buffer.from(authorityRootPem), { kind: 'authority' }));
  // It works on other threads while this one reads the public roots.
  const verifying = selfSignedOf(privates.flatMap(({ roots }) => roots).map(({ certificate }) => certificate));
  const publics = [...(await readPublic(request)), ...environmentFiles.map(readEnvironmentFile)];
  const bundle = mergeRoots([...publics, ...privates], { ...request, pins: [...pins], selfSigned: await verifying });
  if (bundle.anchors.length === 0) throw bundleError('trust.bundle-empty', {});
  const count = bundle.anchors.filter(({ isPrivate }) => !isPrivate).length;
  if (publicSet !== 'none' && count < floorOfPublicRoots && request.allowSmaller !== true) {
    throw bundleError('trust.bundle-few-public', { count, floor: floorOfPublicRoots });
  }
  return bundle;
}

/** One after the other, since each may ask a person. Network code is loaded only if needed. */
async function readPlaces(
  from: readonly string[],
  pins: Set<string>,
  confirm: ConfirmRoot | undefined,
): Promise<ReadSource[]> {
  const { readNetwork } = await import('./read-network.ts');
  const sources: ReadSource[] = [];
  for (const place of from) sources.push(await readNetwork(place, pins, confirm ? { confirm } : {}));
  // A confirmed root counts like a pinned one.
  for (const { certificate } of sources.flatMap(({ roots }) => roots)) pins.add(certificate.fingerprint);
  return sources;
}

async function readPublic({ publicSet, systemFiles, certifiFile }: BundleRequest): Promise<ReadSource[]> {
  if (publicSet === 'none') return [];
  if (publicSet !== 'mozilla') return [await readSystemRoots(process.platform, systemFiles)];
  const { readMozillaRoots } = await import('./mozilla-roots.ts');
  return [await readMozillaRoots(certifiFile)];
}

/** Others maintain it, so nothing in it prevents a bundle. */
function readEnvironmentFile(file: string): ReadSource {
  const { roots, findings } = readPath(file, 'environment');
  return {
    roots,
    findings: findings.map((finding) => new RootFinding('dropped', finding.error, finding.source, finding)),
  };
}

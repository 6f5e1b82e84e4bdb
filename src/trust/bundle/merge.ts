import { EveryhopError } from '../../base/errors.ts';
import { isIssuedBy } from '../../x509/certificate.ts';
import { keyFingerprint } from '../../x509/key.ts';
import {
  type Anchor,
  isPublic,
  placed,
  type Provenance,
  type ReadRoot,
  type ReadSource,
  RootFinding,
} from './anchor.ts';
import { readFingerprint } from './fingerprint.ts';
import { remarks, subjectOf, whyNot, whyNotNow } from './judge.ts';
import { bundleError } from './messages.ts';

export interface MergeOptions {
  nowMs: number;
  /** SHA-256 of certificates or public keys to omit, from any source. */
  distrust?: readonly string[];
  /** SHA-256 of certificates to trust although they are not roots, such as a server's own. */
  pins?: readonly string[];
  /** Fingerprints of roots whose self-signature is already verified. Default: verify each here. */
  selfSigned?: ReadonlySet<string>;
}

/** The roots of a bundle, and the findings about its sources. */
export interface Bundle {
  /** Unique by fingerprint. */
  anchors: Anchor[];
  dropped: RootFinding[];
  warnings: RootFinding[];
}

/**
 * Merges several sets: each root once, in an order that depends only on the roots. Bad roots are dropped from public sets,
 * which users cannot fix; a bad private root is refused.
 * @throws GatheredError `trust.bundle-refused` with every reason; EveryhopError `trust.fingerprint-unreadable`.
 */
export function mergeRoots(sources: readonly ReadSource[], options: MergeOptions): Bundle {
  const distrust = new Set((options.distrust ?? []).map(readFingerprint));
  const pins = new Set((options.pins ?? []).map(readFingerprint));
  const findings = sources.flatMap((source) => source.findings);
  const { trusted, distrusted, unmatched } = sift(groupRoots(sources), distrust);
  findings.push(...distrusted);

  const context = { nowMs: options.nowMs, others: trusted, pins, selfSigned: options.selfSigned ?? new Set<string>() };
  const anchors = trusted.filter((anchor) => {
    const verdicts = anchor.isPrivate ? judgePrivate(anchor, context) : judgePublic(anchor, options.nowMs);
    findings.push(...verdicts);
    return verdicts.every(({ outcome }) => outcome === 'noted');
  });

  findings.sort((a, b) => comparePlaces(a.source, b.source));
  const refused = findings.filter(({ outcome }) => outcome === 'refused').map(({ error }) => error);
  if (refused.length > 0) throw bundleError.gathered('trust.bundle-refused', { count: refused.length }, refused);
  return {
    anchors,
    dropped: findings.filter(({ outcome }) => outcome === 'dropped'),
    warnings: [...findings.filter(({ outcome }) => outcome === 'noted'), ...unmatched],
  };
}

/** The same certificate from several sources is one anchor, private if any source is. */
function groupRoots(sources: readonly ReadSource[]): Anchor[] {
  const groups = new Map<string, Anchor>();
  for (const { certificate, source } of sources.flatMap(({ roots }) => roots)) {
    const group = groups.get(certificate.fingerprint);
    if (!group) {
      groups.set(certificate.fingerprint, { certificate, isPrivate: !isPublic(source), sources: [source] });
      continue;
    }
    group.isPrivate ||= !isPublic(source);
    group.sources.push(source);
  }
  const byFingerprint = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return byFingerprint.map(([, anchor]) => anchor);
}

function sift(
  anchors: readonly Anchor[],
  distrust: ReadonlySet<string>,
): { trusted: Anchor[]; distrusted: RootFinding[]; unmatched: RootFinding[] } {
  if (distrust.size === 0) return { trusted: [...anchors], distrusted: [], unmatched: [] };
  const matched = new Set<string>();
  const distrusted: RootFinding[] = [];
  const trusted = anchors.filter((anchor) => {
    const { certificate } = anchor;
    const values = [certificate.fingerprint, keyFingerprint(certificate.publicKeyInfo)].filter((value) =>
      distrust.has(value),
    );
    for (const value of values) matched.add(value);
    const [value] = values;
    if (value === undefined) return true;
    const root = rootOf(anchor);
    const params = { subject: subjectOf(certificate), block: root.source.block ?? 1, value };
    distrusted.push(about(root, 'dropped', bundleError('trust.root-distrusted', params, placed(root.source))));
    return false;
  });
  const unmatched = [...distrust].filter((value) => !matched.has(value));
  return { trusted, distrusted, unmatched: unmatched.map(unmatchedFinding) };
}

function unmatchedFinding(value: string): RootFinding {
  return new RootFinding('noted', bundleError('trust.distrust-unmatched', { value }), { kind: 'file' });
}

function judgePublic(anchor: Anchor, nowMs: number): RootFinding[] {
  const root = rootOf(anchor);
  const reason = whyNot(root, nowMs);
  return reason ? [about(root, 'dropped', reason)] : [];
}

interface PrivateContext {
  nowMs: number;
  /** Candidates for the issuer of an intermediate. */
  others: readonly Anchor[];
  pins: ReadonlySet<string>;
  selfSigned: ReadonlySet<string>;
}

function judgePrivate(anchor: Anchor, { nowMs, others, pins, selfSigned }: PrivateContext): RootFinding[] {
  const root = rootOf(anchor);
  const { certificate, source } = root;
  const named = { subject: subjectOf(certificate), block: source.block ?? 1 };
  const refuse = (reason: EveryhopError | undefined): RootFinding[] => (reason ? [about(root, 'refused', reason)] : []);
  const isRoot = certificate.isCa && certificate.isSelfIssued;
  if (pins.has(certificate.fingerprint) && !isRoot) return refuse(whyNotNow(root, nowMs));
  if (certificate.isCa && !certificate.isSelfIssued) {
    const isIssuer = (other: Anchor): boolean =>
      other !== anchor && isIssuedBy(certificate, other.certificate) && !whyNot(rootOf(other), nowMs);
    if (others.some(isIssuer)) {
      return [about(root, 'dropped', bundleError('trust.root-intermediate-spare', named, placed(source)))];
    }
    const params = { ...named, issuer: certificate.issuer.text };
    return refuse(whyNot(root, nowMs) ?? bundleError('trust.root-intermediate', params, placed(source)));
  }
  const reason = whyNot(root, nowMs);
  if (reason) return refuse(reason);
  const isSelfSigned = selfSigned.has(certificate.fingerprint) || isIssuedBy(certificate, certificate);
  if (!isSelfSigned) return refuse(bundleError('trust.root-signature', named, placed(source)));
  return remarks(root).map((error) => about(root, 'noted', error));
}

/** In reading order: file by file, from the top. */
function comparePlaces(a: Provenance, b: Provenance): number {
  const [first, second] = [a.file ?? '', b.file ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return (a.block ?? 0) - (b.block ?? 0);
}

/** The first source of an anchor; for a private one, its first private source. */
function rootOf({ certificate, isPrivate, sources }: Anchor): ReadRoot {
  const source = sources.find((source) => isPublic(source) !== isPrivate);
  return { certificate, source: source ?? sources[0]! };
}

function about({ certificate, source }: ReadRoot, outcome: RootFinding['outcome'], error: EveryhopError): RootFinding {
  const { fingerprint } = certificate;
  return new RootFinding(outcome, error, source, { fingerprint, subject: subjectOf(certificate) });
}

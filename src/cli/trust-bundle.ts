import {
  type Anchor,
  type Bundle,
  type Publication,
  publishTrustBundle,
  type ReadRoot,
  type RootFinding,
  type SourceKind,
  subjectOf,
} from '../app/trust-bundle.ts';
import { ask, canAsk } from './ask.ts';
import type { CommandContext } from './context.ts';
import { say } from './messages.ts';
import { type TrustFlags, trustOptions } from './trust-flags.ts';

export interface TrustBundleFlags extends TrustFlags {
  from?: string[];
  out?: string;
  at?: string;
  dryRun?: true;
}

/** `everyhop trust bundle`: writes this machine's roots and the private ones in every format that programs read. */
export async function trustBundle(context: CommandContext, flags: TrustBundleFlags): Promise<void> {
  const dryRun = flags.dryRun === true;
  const { bundle, publication } = await publishTrustBundle({
    ...(await trustOptions(context, flags)),
    from: flags.from ?? [],
    folder: flags.out,
    seenAt: flags.at,
    dryRun,
    confirm: canAsk() && !context.output.json ? (root) => confirmRoot(context, root) : undefined,
  });
  tell(context, bundle, publication, dryRun);
}

/** Shows a root from the network, with its fingerprint in OpenSSL's format, and asks for confirmation. */
async function confirmRoot({ output, language }: CommandContext, { certificate, source }: ReadRoot): Promise<boolean> {
  const { fingerprint, notAfterMs } = certificate;
  output.note('bundle.offered', {
    from: source.file ?? '',
    subject: subjectOf(certificate),
    until: new Date(notAfterMs).toISOString().slice(0, 10),
    fingerprint: fingerprint.toUpperCase().match(/../g)!.join(':'),
  });
  const isConfirmed = await ask(`${say(language, 'bundle.question', {})} `);
  if (isConfirmed) output.note('bundle.confirmed', { fingerprint });
  return isConfirmed;
}

function tell(context: CommandContext, bundle: Bundle, publication: Publication, dryRun: boolean): void {
  const { output } = context;
  const { paths, changed, difference } = publication;
  output.value(asJson(context, bundle, publication));
  if (output.json) return;
  if (bundle.dropped.length > 0) output.note('bundle.left-out', {}, 'yellow');
  output.findings(bundle.dropped, 'remark');
  output.findings(bundle.warnings, 'remark');
  const privateCount = bundle.anchors.filter(({ isPrivate }) => isPrivate).length;
  const count = bundle.anchors.length;
  output.line('bundle.roots', { count, public: count - privateCount, private: privateCount }, 'bold');
  for (const [kind, count] of countKinds(bundle.anchors)) {
    const source = say(context.language, `bundle.kind.${kind}`, {});
    const file = kind === 'mozilla' ? fileOf(kind, bundle.anchors) : undefined;
    if (file === undefined) output.line('bundle.source', { count, source });
    else output.line('bundle.source-file', { count, source, file });
  }
  // The first time, everything is new.
  if (!difference.isFirst) {
    for (const root of difference.added) output.line('bundle.added', { ...root }, 'green');
    for (const root of difference.removed) output.line('bundle.removed', { ...root }, 'red');
  }
  const { folder } = paths;
  if (!changed) output.line('bundle.unchanged', { folder });
  else output.line(dryRun ? 'bundle.planned' : 'bundle.published', { folder }, 'green');
}

/** File of the first root of this kind. */
function fileOf(kind: SourceKind, anchors: readonly Anchor[]): string | undefined {
  return anchors.flatMap(({ sources }) => sources).find((source) => source.kind === kind)?.file;
}

function countKinds(anchors: readonly Anchor[]): [SourceKind, number][] {
  const counts = new Map<SourceKind, number>();
  for (const { sources } of anchors) {
    for (const kind of new Set(sources.map((source) => source.kind))) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts];
}

function asJson({ output }: CommandContext, bundle: Bundle, { paths, changed, difference }: Publication): object {
  const finding = (one: RootFinding): object => {
    const { source, fingerprint, subject } = one;
    return { ...output.findingOf(one), source, fingerprint, subject };
  };
  return {
    paths,
    changed,
    roots: bundle.anchors.length,
    private: bundle.anchors.filter(({ isPrivate }) => isPrivate).length,
    sources: Object.fromEntries(countKinds(bundle.anchors)),
    added: difference.added,
    removed: difference.removed,
    dropped: bundle.dropped.map(finding),
    warnings: bundle.warnings.map(finding),
  };
}

/** Bundles of roots: what is read, judged and merged. `publication.ts` writes them, `bundle-places.ts` finds them. */
export type { Anchor, ReadRoot, RootFinding, SourceKind } from './bundle/anchor.ts';
export { subjectOf } from './bundle/judge.ts';
export { makeBundle } from './bundle/make.ts';
export type { Bundle } from './bundle/merge.ts';
export { findCertifi } from './bundle/mozilla-roots.ts';
export { readSystemRoots } from './bundle/public-roots.ts';

/** Reads, validates and merges roots into a trust bundle. `publication.ts` writes bundles, `bundle-places.ts` has their paths. */
export type { Anchor, ReadRoot, RootFinding, SourceKind } from './bundle/anchor.ts';
export { subjectOf } from './bundle/judge.ts';
export { makeBundle } from './bundle/make.ts';
export type { Bundle } from './bundle/merge.ts';
export { findCertifi } from './bundle/mozilla-roots.ts';
export { readSystemRoots } from './bundle/public-roots.ts';

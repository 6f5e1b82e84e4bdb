/** The bundle of roots as files. */
export type { Anchor, ReadRoot, RootFinding, SourceKind } from '../trust/bundle/anchor.ts';
export { subjectOf } from '../trust/bundle/judge.ts';
export type { Bundle } from '../trust/bundle/merge.ts';
export type { Publication } from '../trust/bundle/publish.ts';
export { publishTrustBundle } from './trust/bundle.ts';

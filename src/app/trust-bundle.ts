/** The trust bundle as files. */
export type { Anchor, Bundle, ReadRoot, RootFinding, SourceKind } from '../trust/bundle.ts';
export { subjectOf } from '../trust/bundle.ts';
export type { Publication } from '../trust/publication.ts';
export { publishTrustBundle } from './trust/bundle.ts';

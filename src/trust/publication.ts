/** Trust bundles as files. */
export { type Publication, publishBundle } from './bundle/publish.ts';

/** Where bundles and their sources are. Loads little: `run` starts at once. */
export { BundleMemory } from './bundle/memory.ts';
export { type BundlePaths, bundlePaths } from './bundle/paths.ts';
export { systemRootFiles } from './bundle/system-files.ts';

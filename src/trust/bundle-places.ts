/** Paths of bundles and of their sources. Loads few modules, because `run` must start quickly. */
export { BundleMemory } from './bundle/memory.ts';
export { type BundlePaths, bundlePaths } from './bundle/paths.ts';
export { systemRootFiles } from './bundle/system-files.ts';

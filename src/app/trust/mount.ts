import type { Through } from '../../trust/mount.ts';

/** Loads the module only if it is needed, because `run` must start quickly. @throws as `mountOver`. */
export async function mountBundle(bundle: string): Promise<Through> {
  const [{ mountOver }, { execute }] = await Promise.all([
    import('../../trust/mount.ts'),
    import('../../base/process.ts'),
  ]);
  return mountOver(bundle, execute);
}

import type { EdgeAccess } from '../snapshot.ts';

const withoutIdentity = new Set(['allow', 'deny', 'public']);

/** Whether visitors must identify, apart from public paths. */
export function asksIdentity(access: EdgeAccess | undefined): boolean {
  return (
    access !== undefined &&
    Object.entries(access).some(([setting, value]) => value !== undefined && !withoutIdentity.has(setting))
  );
}

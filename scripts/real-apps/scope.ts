import type { TestContext } from 'node:test';

/** Lets the helpers of the tests run outside a test. Clean-up runs when the task ends, also after a failure. */
export async function inScope<T>(task: (t: TestContext) => Promise<T>): Promise<T> {
  const hooks: (() => unknown)[] = [];
  const t = { after: (hook: () => unknown) => hooks.push(hook), diagnostic: () => undefined };
  try {
    return await task(t as unknown as TestContext);
  } finally {
    for (const hook of hooks) await hook();
  }
}

import { namesAtFault } from '../app/certificates.ts';
import { EveryhopError } from '../base/errors.ts';
import type { Output } from './output.ts';

/**
 * Reports a failure for which only some of the names are the reason, and how to go on without them.
 * @throws any other error.
 */
export function reportFailedNames(output: Output, error: unknown, names: readonly string[]): void {
  const failing = error instanceof EveryhopError ? namesAtFault(error.data(), names) : undefined;
  if (!failing?.length) throw error;
  process.exitCode = output.error(error);
  const others = names.filter((name) => !failing.includes(name));
  output.note('certificates.others', { failing: failing.join(', '), others: others.join(', ') }, 'yellow');
}

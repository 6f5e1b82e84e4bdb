import { installation, installedAt } from '../app/installation.ts';
import type { CommandContext } from './context.ts';

/** For bug reports. `--version` prints the number alone, for scripts. */
export function version({ output, version }: CommandContext): void {
  const kind = installation();
  const facts = { version, node: process.versions.node, platform: `${process.platform} ${process.arch}` };
  if (output.json) output.value({ ...facts, installation: kind, path: installedAt() });
  else output.line('version.shown', { ...facts, installation: output.say(`version.${kind}`, {}) });
}

/** The table of attacks in docs/hardening.md, which a run of all tests makes. */
import { attacks } from '../../test/outside/attacks.ts';
import type { Measured, PassedCase } from '../../test/support/outside.ts';
import { replacePart, table } from '../security/parts.ts';

export const hardeningPage = 'docs/hardening.md';

export function renderAttacks(passed: readonly PassedCase[], former: string): string {
  const rows = attacks.map(({ id, attack, outcome }) => {
    const own = passed.filter((test) => test.id === id);
    const measured = Object.assign({}, ...own.map((test) => test.measured)) as Measured;
    const after = outcome.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(measured[name] ?? '**not measured**'));
    const tests = [...new Set(own.map(({ file }) => `\`${file}\``))].toSorted();
    return [attack, after, tests.join('<br>') || '**no test passed**'];
  });
  return replacePart(former, 'attacks', table(['attack', 'outcome', 'test'], rows));
}

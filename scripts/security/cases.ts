/** The tables of docs/security.md that a run of all tests makes. */
import { securityCases, type SecurityCase } from '../../test/outside/security.ts';
import type { Measured, PassedCase } from '../../test/support/outside.ts';
import { replacePart } from './parts.ts';

export const securityPage = 'docs/security.md';

function row(one: SecurityCase, passed: readonly PassedCase[]): string {
  const own = passed.filter(({ id }) => id === one.id);
  const measured: Measured = Object.assign({}, ...own.map((test) => test.measured));
  const after = one.after.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(measured[name] ?? '**not measured**'));
  const tests = [...new Set(own.map(({ file, test }) => `${file}: ${test.replaceAll('|', '\\|')}`))].toSorted();
  const proof = tests.join('<br>') || '**no test passed**';
  return `| ${one.id.replace('security/', '')} | ${one.before} | ${after} | ${proof} |`;
}

export function renderSecurity(passed: readonly PassedCase[], former: string): string {
  const rows = securityCases.map((one) => row(one, passed));
  return replacePart(former, 'cases', ['| case | before | after | test |', '|---|---|---|---|', ...rows].join('\n'));
}

/** The tables of docs/security.md that a run of all tests makes. */
import { intrusions, securityCases, type SecurityCase, takenOver } from '../../test/outside/security.ts';
import type { Measured, PassedCase } from '../../test/support/outside.ts';
import { replacePart, table } from './parts.ts';

export const securityPage = 'docs/security.md';

function row(one: SecurityCase, passed: readonly PassedCase[]): string[] {
  const own = passed.filter(({ id }) => id === one.id);
  const measured = measuredFor(one.id, passed);
  const after = one.after.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(measured[name] ?? '**not measured**'));
  const tests = [...new Set(own.map(({ file, test }) => `${file}: ${test.replaceAll('|', '\\|')}`))].toSorted();
  const proof = tests.join('<br>') || '**no test passed**';
  return [one.id.replace('security/', ''), one.before, after, proof];
}

function measuredFor(id: string, passed: readonly PassedCase[]): Measured {
  return Object.assign({}, ...passed.filter((test) => test.id === id).map((test) => test.measured)) as Measured;
}

/** In the words of a table: system errors as they are. */
const outcomes: Record<string, string> = { done: '**done**', ended: 'refused, and the worker is killed' };

export function renderSecurity(passed: readonly PassedCase[], former: string): string {
  const cases = table(
    ['case', 'before', 'after', 'test'],
    securityCases.map((one) => row(one, passed)),
  );
  const measured = measuredFor(takenOver, passed);
  const attempts = Object.entries(intrusions).map(([name, { attempt, asRoot }]) => {
    const now = String(measured[name] ?? '**not measured**');
    return [attempt, asRoot, outcomes[now] ?? now];
  });
  const intruder = table(['foreign code in a worker tries to', 'worker of root, before', 'now'], attempts);
  return replacePart(replacePart(former, 'cases', cases), 'intruder', intruder);
}

/** docs/outside.md: reported faults and the tests that reproduce them. */
import { acmeCases } from '../test/outside/acme.ts';
import { appCases } from '../test/outside/apps.ts';
import { edgeCases } from '../test/outside/edge.ts';
import { furtherCases } from '../test/outside/further.ts';
import { nginxCases } from '../test/outside/nginx.ts';
import type { OutsideCase } from '../test/outside/outside-case.ts';
import { trustCases } from '../test/outside/trust.ts';
import { uxCases } from '../test/outside/ux.ts';
import type { PassedCase } from '../test/support/outside.ts';

const areas: Record<string, readonly OutsideCase[]> = {
  ACME: acmeCases,
  'The edge': edgeCases,
  nginx: nginxCases,
  Trust: trustCases,
  'The apps': appCases,
  'First steps and messages': uxCases,
  'Further reports': furtherCases,
};

const introduction = `# Reported faults, and the tests that reproduce them

Every row is a fault of this program or of a similar one. \`npm test\` makes this page: a row names the tests that reproduce the
fault and passed, or why it stays as it is. The sources are public reports of the same kind.
`;

function outcome(one: OutsideCase, passed: readonly PassedCase[]): string {
  const tests = passed
    .filter((test) => test.id === one.id)
    .map((test) => `${test.file}: ${test.test.replaceAll('|', '\\|')}`);
  if (tests.length > 0) return [...new Set(tests)].toSorted().join('<br>');
  return one.refused ?? '**no test passed**';
}

function table(cases: readonly OutsideCase[], passed: readonly PassedCase[]): string {
  const rows = cases.map(
    (one) => `| ${one.id} | ${one.symptom} | ${one.sources.join(', ')} | ${outcome(one, passed)} |`,
  );
  return ['| case | what happened | reported | test |', '|---|---|---|---|', ...rows].join('\n');
}

export function renderOutside(passed: readonly PassedCase[]): string {
  const sections = Object.entries(areas).map(([title, cases]) => `## ${title}\n\n${table(cases, passed)}\n`);
  return [introduction, ...sections].join('\n');
}

export const outsidePage = 'docs/outside.md';
export const outsideCases = Object.values(areas).flat();

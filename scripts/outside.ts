/**
 * docs/outside.md: reported faults and the tests that reproduce them. `npm test` without paths compares the page with the tests
 * that passed, and with EVERYHOP_WRITE_DOCS=1 writes it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { acmeCases } from '../test/outside/acme.ts';
import { appCases } from '../test/outside/apps.ts';
import { edgeCases } from '../test/outside/edge.ts';
import { furtherCases } from '../test/outside/further.ts';
import { nginxCases } from '../test/outside/nginx.ts';
import type { OutsideCase } from '../test/outside/outside-case.ts';
import { trustCases } from '../test/outside/trust.ts';
import { uxCases } from '../test/outside/ux.ts';
import type { PassedCase } from '../test/support/outside.ts';

const page = path.resolve(import.meta.dirname, '../docs/outside.md');

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

function render(passed: readonly PassedCase[]): string {
  const sections = Object.entries(areas).map(([title, cases]) => `## ${title}\n\n${table(cases, passed)}\n`);
  return [introduction, ...sections].join('\n');
}

/** Compares docs/outside.md with a record of passed tests; writes it instead if `write`. Returns what is wrong, in lines. */
export function checkOutside(record: string, write: boolean): string[] {
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [];
  const passed = lines.map((line) => JSON.parse(line) as PassedCase);
  const known = new Set(Object.values(areas).flatMap((cases) => cases.map((one) => one.id)));
  const problems = passed
    .filter((test) => !known.has(test.id))
    .map((test) => `${test.file} names ${test.id}, which is no case`);
  for (const one of Object.values(areas).flat()) {
    if (one.refused === undefined && !passed.some((test) => test.id === one.id))
      problems.push(`no passed test reproduces ${one.id}`);
  }
  const text = render(passed);
  if (write) writeFileSync(page, text);
  else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
    problems.push('docs/outside.md differs from the tests that passed: EVERYHOP_WRITE_DOCS=1 npm test');
  }
  return problems;
}

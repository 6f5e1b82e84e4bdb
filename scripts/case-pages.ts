/**
 * The pages that a run of all tests makes: docs/outside.md, and tables in docs/security.md and docs/hardening.md. `npm test` without paths compares
 * them with the tests that passed, and with EVERYHOP_WRITE_DOCS=1 writes them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { securityCases } from '../test/outside/security.ts';
import { attacks } from '../test/outside/attacks.ts';
import type { PassedCase } from '../test/support/outside.ts';
import { hardeningPage, renderAttacks } from './hardening/attacks.ts';
import { outsideCases, outsidePage, renderOutside } from './outside.ts';
import { renderSecurity, securityPage } from './security/cases.ts';

const root = path.resolve(import.meta.dirname, '..');

/** The record of a run, from the file named by `recordVariable`. */
export function readRecord(record: string): PassedCase[] {
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => JSON.parse(line) as PassedCase);
}

/** Compares the pages with a record of passed tests; writes them instead if `write`. Returns what is wrong, in lines. */
export function checkCasePages(record: string, write: boolean): string[] {
  const passed = readRecord(record);
  const cases: { id: string; refused?: string }[] = [...outsideCases, ...securityCases, ...attacks];
  const known = new Set(cases.map((one) => one.id));
  const problems = passed
    .filter((test) => !known.has(test.id))
    .map((test) => `${test.file} names ${test.id}, which is no case`);
  for (const one of cases) {
    if (one.refused === undefined && !passed.some((test) => test.id === one.id))
      problems.push(`no passed test reproduces ${one.id}`);
  }
  for (const [page, render] of [
    [outsidePage, renderOutside],
    [securityPage, renderSecurity],
    [hardeningPage, renderAttacks],
  ] as const) {
    const file = path.join(root, page);
    const former = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const text = render(passed, former);
    if (write) writeFileSync(file, text);
    else if (former !== text)
      problems.push(`${page} differs from the tests that passed: EVERYHOP_WRITE_DOCS=1 npm test`);
  }
  return problems;
}

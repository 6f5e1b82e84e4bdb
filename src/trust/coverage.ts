/** Which of the libraries that a program uses were tested. */
import type { Consumer } from './consumer.ts';
import type { Use, UsedPackage } from './used-packages.ts';

/** These connect only where the program itself calls them: to object stores, name servers or the Hugging Face Hub's storage. */
const onlyWhenImported = new Set(['pyarrow', 'dnspython', 'hf-xet']);

/** Whether the program uses this library. A library without `modules` belongs to the runtime. */
export function isUsed({ modules }: Consumer, use: Use | undefined): boolean {
  if (modules === undefined || use === undefined || !use.isKnown) return true;
  return modules.some(
    (module) => importsModule(use, module) || use.packages.some((one) => one.modules.includes(module)),
  );
}

/**
 * The names of the packages that take part in TLS and were not tested, and of modules that this interpreter does not have.
 * @param tested the consumers with results.
 */
export function untestedOf(use: Use, tested: readonly Consumer[]): string[] {
  const covered = new Set(tested.flatMap(({ modules = [] }) => modules));
  const isTested = ({ modules }: UsedPackage): boolean => modules.some((module) => covered.has(module));
  const packages = use.packages.filter(
    (one) =>
      one.verifiesIn !== null &&
      !isTested(one) &&
      (!onlyWhenImported.has(normalName(one.name)) || isImported(use, one)),
  );
  const names = packages.map(({ name, version }) => `${name} ${version}`.trim());
  return [...names, ...use.lacking, ...(use.unfinished ? ['…'] : [])];
}

function isImported(use: Use, { modules }: UsedPackage): boolean {
  return modules.some((module) => importsModule(use, module));
}

function importsModule({ imports }: Use, module: string): boolean {
  return imports.some((one) => one === module || one.startsWith(`${module}.`));
}

function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

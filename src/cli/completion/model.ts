/** `none`: a flag without a value. `any`: a value that cannot be guessed. */
export type ValueKind = 'none' | 'choice' | 'file' | 'folder' | 'any';
/** `name`: of a certificate in the store. `command`: a program with its arguments. */
export type OperandKind = 'choice' | 'file' | 'folder' | 'any' | 'name' | 'command';

/** A command for the completion scripts. */
export interface Entry {
  /** The command's words, for example `trust install`; '' for the program itself. */
  path: string;
  commands: { name: string; summary: string }[];
  options: CompletedOption[];
  operands: { kind: OperandKind; choices: readonly string[] }[];
  /** The last operand repeats. */
  isVariadic: boolean;
}

export interface CompletedOption {
  flag: string;
  summary: string;
  kind: ValueKind;
  choices: readonly string[];
  isList: boolean;
}

/** The command that prints the names of the stored certificates, one a line. */
export const namesCommand = 'known-names';

export function knownPaths(entries: readonly Entry[]): string[] {
  return entries.map(({ path }) => path).filter((path) => path !== '');
}

/**
 * The values of the options, as lines of a `case` over `PATH:FLAG`. A flag with the same values everywhere has one pattern.
 * @param write the commands for one option.
 */
export function optionCases(entries: readonly Entry[], write: (option: CompletedOption) => string): string[] {
  const patterns = new Map<string, { path: string; flag: string }[]>();
  for (const { path, options } of entries) {
    for (const option of options.filter(({ kind }) => kind !== 'none')) {
      const body = write(option);
      patterns.set(body, [...(patterns.get(body) ?? []), { path, flag: option.flag }]);
    }
  }
  const counts = Map.groupBy(
    [...patterns].flatMap(([body, uses]) => uses.map(({ flag }) => ({ flag, body }))),
    ({ flag }) => flag,
  );
  return [...patterns].map(([body, uses]) => {
    const each = uses.map(({ path, flag }) => {
      const isSame = counts.get(flag)!.every((one) => one.body === body);
      return isSame ? `*:${flag}` : `'${path}:${flag}'`;
    });
    return `    ${[...new Set(each)].join('|')}) ${body} ;;`;
  });
}

/** The operands, as lines of a `case` over `PATH:INDEX`, from 0. */
export function operandCases(
  entries: readonly Entry[],
  write: (operand: Entry['operands'][number]) => string | undefined,
): string[] {
  return entries.flatMap(({ path, operands, isVariadic }) =>
    operands.flatMap((operand, index) => {
      const body = write(operand);
      if (body === undefined) return [];
      const isRepeated = isVariadic && index === operands.length - 1;
      return [`    '${path}:'${isRepeated ? '*' : index}) ${body} ;;`];
    }),
  );
}

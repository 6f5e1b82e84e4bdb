import { defineConsumer, type Trap, type Variable } from '../../consumer.ts';

const before = String.raw`
$url = $argv[1];
$end = function ($outcome, $detail = '') {
    echo json_encode(['outcome' => $outcome, 'detail' => $detail]), "\n";
    exit(0);
};
`;

/** @param code makes a request to `$url` and calls `$end`. */
export function phpLibrary<const N extends string>(
  library: N,
  { variables, traps = [], code }: { variables: readonly Variable[]; traps?: readonly Trap[]; code: string },
) {
  return defineConsumer({
    id: `php-${library}`,
    runtime: 'php',
    variables,
    traps,
    tested: 'debian-12',
    probe: (interpreter: string, url: string) => ({ program: interpreter, args: ['-r', before + code, '--', url] }),
  });
}

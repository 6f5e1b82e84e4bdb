import { readFileSync } from 'node:fs';
import { loadRegistries, noRegistries } from '../app/registries.ts';
import { currentInvocation, leaveNpm } from '../app/invocation.ts';
import { chooseLanguage } from '../base/language.ts';
import { cliError } from './messages.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';
import { optionsTakenByNpm } from './taken-options.ts';
import { usageError } from './usage.ts';

const npm = leaveNpm();
const args = process.argv.slice(2);
const wanted = valueOf('--lang');
const known = wanted === undefined || /^(en|zh)([_-]|$)/i.test(wanted);
const language = chooseLanguage(known ? wanted : undefined, process.env);
const invocation = currentInvocation(npm, process.env);
const output = new Output(process, language, args.slice(0, separator()).includes('--json'), invocation);

// A reader that closes the pipe early (`everyhop … | head`) is not a failure, and a terminal may be closed (EIO).
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (output.outlivesReaders && (error.code === 'EPIPE' || error.code === 'EIO')) return;
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

try {
  if (!known) throw cliError('cli.unknown-language', { language: wanted });
  // `run` and `env` delay the start of the user's program or shell, and take no choice from a registry.
  const startsFast = args[0] === 'run' || args[0] === 'env';
  const registries = startsFast ? noRegistries : await loadRegistries();
  const program = buildProgram({ output, language, version: version(), env: process.env, npm }, registries);
  const taken = optionsTakenByNpm(program, npm, args);
  if (taken) throw taken;
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  const usage = usageError(error);
  if (usage === 'shown') process.exitCode = 0;
  else process.exitCode = output.error(usage ?? error);
  if (usage instanceof Error) process.stderr.write(`${output.say('cli.see-help', {})}\n`);
}

/** Reads an option before parsing, since usage errors are also reported in the user's language. */
function valueOf(option: string): string | undefined {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  if (at < 0 || at >= separator()) return undefined;
  return args[at]!.includes('=') ? args[at]!.slice(option.length + 1) : args[at + 1];
}

function separator(): number {
  const at = args.indexOf('--');
  if (at >= 0) return at;
  // The first operand of `run` is the program; the rest are its arguments.
  const operand = args[0] === 'run' ? args.findIndex((arg, index) => index > 0 && !arg.startsWith('-')) : -1;
  return operand < 0 ? args.length : operand;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

import { readFileSync } from 'node:fs';
import { loadRegistries, noRegistries } from '../app/registries.ts';
import { settleIn } from '../app/environment.ts';
import { currentInvocation } from '../app/invocation.ts';
import { chooseLanguage } from '../base/language.ts';
import { cliError } from './messages.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';
import { optionsTakenByNpm } from './taken-options.ts';
import { usageError } from './usage.ts';

const { npm, env, findings } = settleIn();
const args = process.argv.slice(2).map((arg, at) => (arg === '-V' && at === 0 ? '--version' : arg));
const wanted = valueOf('--lang');
const known = wanted === undefined || /^(en|zh)([_-]|$)/i.test(wanted);
const language = chooseLanguage(known ? wanted : undefined, process.env);
const invocation = currentInvocation(npm, env);
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
  const command = args[operandAt(0)];
  const startsFast = command === 'run' || command === 'env';
  const registries = startsFast ? noRegistries : await loadRegistries();
  const program = buildProgram({ output, language, version: version(), env, npm, findings }, registries);
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

/** The index of the first word at or after `from` that is neither an option nor the value of a global one. */
function operandAt(from: number): number {
  for (let at = from; at < args.length; at += 1) {
    if (args[at] === '--state' || args[at] === '--lang' || args[at] === '--config') at += 1;
    else if (!args[at]!.startsWith('-')) return at;
  }
  return args.length;
}

/** The first operand of `run` is the program; the rest are its arguments. */
function separator(): number {
  const dashes = args.indexOf('--');
  if (dashes >= 0) return dashes;
  const command = operandAt(0);
  return args[command] === 'run' ? operandAt(command + 1) : args.length;
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

import {
  type BinaryFacts,
  checkTrust,
  consumers,
  itself,
  placeholder,
  type TrialResult,
  type TrustCheck,
} from '../app/trust.ts';
import { baseError } from '../base/messages.ts';
import type { CommandContext } from './context.ts';
import { cliError, say } from './messages.ts';
import { tellSettings } from './run.ts';
import { type TrustFlags, trustOptions } from './trust-flags.ts';

const marks = { true: '✓', false: '✗' };

/** `everyhop trust check [URL…] -- cmd`: what that command's own interpreter trusts, tried. */
export async function trustCheck(
  context: CommandContext,
  operands: readonly string[],
  options: TrustFlags,
): Promise<void> {
  const { output, language } = context;
  const at = operands.findIndex((operand) => !/^https:\/\//i.test(operand));
  const [urls, command] = at < 0 ? [operands, []] : [operands.slice(0, at), operands.slice(at)];
  if (command.length === 0) throw cliError('trust.check-no-command', {});
  urls.forEach(readUrl);
  const check = await checkTrust(await trustOptions(context, options), command, urls);
  const { trust, results, weakenings, traps, settings } = check;
  const { program, runtime, interpreter, script, binary } = check.command;
  const proven = results.length > 0 && results.every(({ ok }) => ok);
  const open = weakenings.filter(({ kind }) => kind === 'off');
  const ok = proven && open.length === 0 && trust.switches.length === 0;
  if (!ok) process.exitCode = 1;
  output.value({
    ok,
    command: { program, runtime, interpreter, script, binary },
    results,
    weakenings,
    switches: trust.switches,
    dangling: trust.dangling,
    traps,
    settings,
    folder: trust.paths.folder,
  });
  if (output.json) return;
  tellSettings(context, trust);
  if (program === undefined) throw baseError('program.missing', { program: command[0]! });
  if (runtime === undefined && binary === undefined) output.line('check.unknown', { program }, 'yellow');
  else if (runtime !== undefined)
    output.line('check.runtime', { runtime, interpreter: interpreter ?? program }, 'bold');
  if (binary !== undefined) tellBinary(context, check, binary);
  else if (runtime !== undefined && results.length === 0) output.line('check.untried', { runtime }, 'yellow');
  for (const result of results) tellResult(context, check, result);
  if (results.every(({ consumer }) => consumer !== itself) && (results.length === 0 || binary !== undefined)) {
    output.line('check.point', { command: command.join(' '), url: placeholder }, 'yellow');
  }
  for (const { file, line, text, kind } of weakenings) {
    output.line(`check.weak-${kind}`, { file, line, text }, kind === 'off' ? 'red' : 'yellow');
  }
  const known = Map.groupBy(traps, ({ trap }) => trap);
  for (const [trap, of] of known) {
    const consumers = of.map(({ consumer }) => consumer).join(', ');
    output.line('check.trap', { consumers, trap: say(language, trap, {}) }, 'dim');
  }
  for (const { consumer, setting } of settings) {
    if ('store' in setting) output.line('check.setting.store', { consumer, store: setting.store }, 'dim');
    else {
      output.line('check.setting.file', { consumer, file: setting.file }, 'dim');
      output.text(setting.holds.replaceAll('…', trust.paths.folder).replace(/^(?=.)/gm, '      '));
    }
  }
  output.line(ok ? 'check.good' : 'check.bad', { command: command.join(' ') }, ok ? 'green' : 'red');
}

function tellResult({ output, language }: CommandContext, { trust }: TrustCheck, result: TrialResult): void {
  const { ok, consumer, direction, url, outcome, detail, version } = result;
  const name = consumer === itself ? say(language, 'check.itself', {}) : [consumer, version].join(' ').trim();
  const params = {
    mark: marks[`${ok}`],
    consumer: name,
    what: say(language, `check.${direction}`, { url }),
    outcome: say(language, `check.is.${outcome}`, {}),
    detail,
  };
  output.line(ok && detail === '' ? 'check.result' : 'check.result-said', params, ok ? 'green' : 'red');
  const variables = consumers.find(({ id }) => id === consumer)?.variables.map((variable) => variable.name) ?? [];
  if (ok || outcome !== 'refused' || variables.length === 0) return;
  output.line('check.ignored', { consumer, variables: variables.join(', '), full: trust.paths.full }, 'yellow');
}

/** What was seen in a program without running it, and what follows. */
function tellBinary({ output }: CommandContext, { trust, command }: TrustCheck, binary: BinaryFacts): void {
  const program = command.program!;
  const variables = binary.variables.join(', ');
  const { full } = trust.paths;
  if (variables !== '') {
    output.line(binary.ownRoots ? 'check.binary.both' : 'check.binary.variables', { program, variables });
  } else if (binary.ownRoots) output.line('check.binary.own-roots', { program, full }, 'yellow');
  else if (binary.libraries.length > 0) {
    output.line('check.binary.library', { program, libraries: binary.libraries.join(', ') });
  } else output.line('check.binary.silent', { program });
}

/** @throws EveryhopError `trust.check-bad-url`. */
export function readUrl(text: string): URL {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text);
  throw cliError('trust.check-bad-url', { url: text });
}

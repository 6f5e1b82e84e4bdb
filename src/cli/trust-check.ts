import {
  type BinaryFacts,
  checkTrust,
  commandId,
  placeholder,
  type TrialResult,
  type TrustCheck,
} from '../app/trust.ts';
import { baseError } from '../base/messages.ts';
import type { CommandContext } from './context.ts';
import { cliError, say } from './messages.ts';
import { Progress } from './progress.ts';
import { type TrustFlags, trustOptions } from './trust-flags.ts';

/** Nothing failed, but not everything was tested: neither proven nor refuted. */
const exitCodes = { proven: 0, failed: 1, tried: 3 } as const;

/** `everyhop trust check [URL…] -- cmd`: tests what the command's interpreter trusts. */
export async function trustCheck(
  context: CommandContext,
  operands: readonly string[],
  options: TrustFlags & { mount?: true },
): Promise<void> {
  const { output } = context;
  const at = operands.findIndex((operand) => !/^https:\/\//i.test(operand));
  const [urls, command] = at < 0 ? [operands, []] : [operands.slice(0, at), operands.slice(at)];
  if (command.length === 0) throw cliError('trust.check-no-command', {});
  urls.forEach(readUrl);
  const progress = new Progress(output);
  progress.show(output.say('check.reading', {}));
  const onTrial = (consumer: string): void => progress.show(output.say('check.trying', { consumer }));
  const check = await checkTrust(
    { ...(await trustOptions(context, options)), mount: options.mount === true, onTrial },
    command,
    urls,
  ).finally(() => progress.clear());
  const { trust, results, weakenings, traps, settings } = check;
  const findings = [...trust.findings, ...check.findings];
  const { program, runtime, interpreter, script, binary } = check.command;
  const { verdict, untested } = check;
  process.exitCode = exitCodes[verdict];
  output.value({
    ok: verdict === 'proven',
    verdict,
    untested,
    command: { program, runtime, interpreter, script, binary },
    results,
    weakenings,
    switches: trust.switches,
    dangling: trust.dangling,
    traps,
    settings,
    findings: findings.map((finding) => output.findingOf(finding)),
    folder: trust.paths.folder,
  });
  if (output.json) return;
  output.findings(trust.findings, 'remark');
  if (program === undefined) throw baseError('program.missing', { program: command[0]! });
  if (runtime === undefined && binary === undefined) output.line('check.unknown', { program }, 'yellow');
  else if (runtime !== undefined)
    output.line('check.runtime', { runtime, interpreter: interpreter ?? program }, 'bold');
  if (binary !== undefined) tellBinary(context, check, binary);
  else if (runtime !== undefined && results.length === 0) output.line('check.untried', { runtime }, 'yellow');
  for (const result of results.filter((one) => one.ok)) tellResult(context, result);
  if (results.every(({ consumer }) => consumer !== commandId) && (results.length === 0 || binary !== undefined)) {
    output.line('check.point', { command: command.join(' '), url: placeholder }, 'yellow');
  }
  output.findings(check.findings, 'result');
  for (const { consumer, setting } of settings) {
    if ('store' in setting) output.line('check.setting.store', { consumer, store: setting.store }, 'dim');
    else if ('option' in setting) {
      const option = [setting.option, setting.variable].filter((name) => name !== undefined).join(', ');
      output.line('check.setting.option', { consumer, option, full: trust.paths.full }, 'dim');
    } else {
      output.line('check.setting.file', { consumer, file: setting.file }, 'dim');
      output.text(output.spell(setting.holds.replaceAll('…', trust.paths.folder)).replace(/^(?=.)/gm, '      '));
    }
  }
  const words = { command: command.join(' ') };
  if (verdict === 'proven') output.line(options.mount ? 'check.good-mounted' : 'check.good', words, 'green');
  else if (verdict === 'failed') output.line('check.bad', words, 'red');
  else {
    const tested = [...new Set(results.map(({ consumer }) => consumer))].join(', ');
    if (untested.length === 0) output.line('check.tried', { tested }, 'yellow');
    else
      output.line(
        'check.untested',
        { tested, untested: untested.join(', '), full: trust.paths.full, url: placeholder },
        'yellow',
      );
  }
}

function tellResult({ output, language }: CommandContext, result: TrialResult): void {
  const { consumer, direction, url, outcome, detail, version } = result;
  const params = {
    consumer: consumer === commandId ? say(language, 'trust.hop.itself', {}) : [consumer, version].join(' ').trim(),
    what: say(language, `trust.hop.${direction}`, { url }),
    outcome: say(language, `check.is.${outcome}`, {}),
    detail,
  };
  output.line(detail === '' ? 'check.result' : 'check.result-said', params, 'green');
}

/** Facts about a program that was not run, with advice. */
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

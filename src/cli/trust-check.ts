import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { clock } from '../app/rooms.ts';
import { checkTrust } from '../app/trust-check.ts';
import { prepareTrust } from '../app/trust.ts';
import { EveryhopError } from '../base/errors.ts';
import { say } from '../base/messages/index.ts';
import { readSystemRoots } from '../trust/bundle/public-roots.ts';
import { explain } from '../trust/explain.ts';
import { encodePem } from '../x509/pem.ts';
import type { CommandContext } from './context.ts';
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
  if (command.length === 0) throw new EveryhopError('trust.check-no-command', {});
  urls.forEach(readUrl);
  const check = await checkTrust(await trustOptions(context, options), command, urls);
  const { trust, results, weakenings, traps } = check;
  const { program, runtime, interpreter, script } = check.command;
  const proven = results.length > 0 && results.every(({ ok }) => ok);
  const open = weakenings.filter(({ kind }) => kind === 'off');
  const ok = proven && open.length === 0 && trust.switches.length === 0;
  if (!ok) process.exitCode = 1;
  output.value({
    ok,
    command: { program, runtime, interpreter, script },
    results,
    weakenings,
    switches: trust.switches,
    dangling: trust.dangling,
    traps,
    folder: trust.paths.folder,
  });
  if (output.json) return;
  tellSettings(context, trust);
  if (program === undefined) throw new EveryhopError('program.missing', { program: command[0]! });
  if (runtime === undefined) output.line('check.unknown', { program }, 'yellow');
  else output.line('check.runtime', { runtime, interpreter: interpreter ?? program }, 'bold');
  if (runtime !== undefined && results.length === 0) output.line('check.untried', { runtime }, 'yellow');
  for (const { ok: good, consumer, direction, url, outcome, detail } of results) {
    const what = say(language, `check.${direction}`, { url });
    const params = {
      mark: marks[`${good}`],
      consumer,
      what,
      outcome: say(language, `check.is.${outcome}`, {}),
      detail,
    };
    output.line(good && detail === '' ? 'check.result' : 'check.result-said', params, good ? 'green' : 'red');
  }
  for (const { file, line, text, kind } of weakenings) {
    output.line(`check.weak-${kind}`, { file, line, text }, kind === 'off' ? 'red' : 'yellow');
  }
  const known = Map.groupBy(traps, ({ trap }) => trap);
  for (const [trap, of] of known) {
    output.line(
      'check.trap',
      { consumers: of.map(({ consumer }) => consumer).join(', '), trap: say(language, trap, {}) },
      'dim',
    );
  }
  output.line(ok ? 'check.good' : 'check.bad', { command: command.join(' ') }, ok ? 'green' : 'red');
}

/** `everyhop trust explain URL`: the chain as it is served, and who accepts it. */
export async function trustExplain(context: CommandContext, text: string, options: TrustFlags): Promise<void> {
  const { output, language } = context;
  const url = readUrl(text);
  const trust = await prepareTrust(await trustOptions(context, options));
  const system = await readSystemRoots();
  const explanation = await explain(
    url,
    [
      { id: 'system', pems: system.roots.map(({ certificate }) => encodePem('CERTIFICATE', certificate.der)) },
      { id: 'mozilla', pems: [...tls.rootCertificates] },
      { id: 'bundle', pems: [await readFile(trust.paths.full, 'utf8')] },
    ],
    clock,
  );
  const { facts, chain, sets } = explanation;
  const accepted = sets.find(({ id }) => id === 'bundle')?.verified === true;
  if (!accepted) process.exitCode = 1;
  output.value(explanation);
  if (output.json) return;
  if (!facts.reached) {
    output.line('explain.unreached', { url: url.href, reason: facts.reason, detail: facts.detail }, 'red');
    return;
  }
  output.line('explain.chain', { url: url.href }, 'bold');
  for (const { subject, issuer, notAfterMs, fingerprint } of chain) {
    output.line('explain.certificate', {
      subject,
      issuer,
      until: new Date(notAfterMs).toISOString().slice(0, 10),
      fingerprint,
    });
  }
  for (const { id, verified, problem, anchor } of sets) {
    const who = say(language, `explain.set.${id}`, {});
    if (verified) {
      output.line(
        'explain.accepted',
        { who, anchor: anchor?.subject ?? '', fingerprint: anchor?.fingerprint ?? '' },
        'green',
      );
    } else
      output.line(
        'explain.refused',
        { who, problem: say(language, `explain.problem.${problem ?? 'other'}`, {}) },
        'red',
      );
  }
  const [first] = sets.flatMap(({ problem }) => problem ?? []);
  if (accepted) output.line(sets.every(({ verified }) => verified) ? 'explain.all' : 'explain.run', {});
  else output.line('explain.mend', { problem: say(language, `explain.mend.${first ?? 'other'}`, {}) });
}

/** @throws EveryhopError `trust.check-bad-url`. */
function readUrl(text: string): URL {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text);
  throw new EveryhopError('trust.check-bad-url', { url: text });
}

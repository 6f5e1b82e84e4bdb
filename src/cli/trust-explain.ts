import { failurePhrase } from '../app/messages.ts';
import { explainChain } from '../app/trust.ts';
import { inWords } from '../base/language.ts';
import type { CommandContext } from './context.ts';
import { say } from './messages.ts';
import { readUrl } from './trust-check.ts';
import { type TrustFlags, trustOptions } from './trust-flags.ts';

/** `everyhop trust explain URL`: the chain that the server sends, and which programs accept it. */
export async function trustExplain(context: CommandContext, text: string, options: TrustFlags): Promise<void> {
  const { output, language } = context;
  const url = readUrl(text);
  const explanation = await explainChain(url, await trustOptions(context, options));
  const { facts, chain, sets } = explanation;
  const accepted = sets.find(({ id }) => id === 'bundle')?.verified === true;
  if (!accepted) process.exitCode = 1;
  output.value(
    facts.reached ? explanation : { ...explanation, facts: { ...facts, detail: inWords(facts.detail, language) } },
  );
  if (output.json) return;
  if (!facts.reached) {
    output.line('explain.unreached', { url: url.href, reason: failurePhrase(facts) }, 'red');
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
        { who, problem: say(language, `probe.certificate.${problem ?? 'other'}`, {}) },
        'red',
      );
  }
  const [first] = sets.flatMap(({ problem }) => problem ?? []);
  if (accepted) output.line(sets.every(({ verified }) => verified) ? 'explain.all' : 'explain.run', {});
  else output.line('explain.mend', { problem: say(language, `explain.mend.${first ?? 'other'}`, {}) });
}

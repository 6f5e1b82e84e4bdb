import { existsSync } from 'node:fs';
import { renewAuthority, showAuthority, takeRootKeyOffline, widenAuthority } from '../app/authority.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { fingerprintLines } from '../base/fingerprint.ts';
import type { CommandContext } from './context.ts';
import { cliError } from './messages/errors.ts';

interface StateOption {
  state?: string;
}

interface ChangeOptions extends StateOption {
  rootKey?: string;
}

/** `everyhop authority root`: prints the root as PEM, for the clients' files. */
export async function authorityRoot({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const { rootPem, summary } = await showAuthority(chosenStateFolder(options.state, env));
  if (output.json) output.value({ pem: rootPem, fingerprint: summary.fingerprint });
  else output.text(rootPem.trimEnd());
}

export async function authorityShow({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const { summary, hasRootKey, findings } = await showAuthority(chosenStateFolder(options.state, env));
  output.value({ ...summary, findings: findings.map((finding) => output.findingOf(finding)) });
  output.line('authority.summary', {
    fingerprint: summary.fingerprint,
    until: new Date(summary.rootNotAfterMs).toISOString().slice(0, 10),
    names: summary.permitted.join(', '),
  });
  output.line('authority.compare', { lines: fingerprintLines(summary.fingerprint).join('\n    ') });
  output.line(hasRootKey ? 'authority.key-here' : 'authority.key-offline', {});
  if (hasRootKey) output.note('authority.key-advice', {});
  output.findings(findings, 'remark');
}

export async function authorityWiden(
  { output, env }: CommandContext,
  names: string[],
  options: ChangeOptions,
): Promise<void> {
  const folder = chosenStateFolder(options.state, env);
  const changed = await widenAuthority(folder, names, options.rootKey);
  if (changed.isNew) output.note('authority.made', { folder }, 'yellow');
  output.value({ permitted: names, ...changed });
  const word = changed.rootChanged ? 'authority.widened' : 'authority.permitted-already';
  output.line(word, { names: names.join(', ') });
}

export async function authorityRenew({ output, env }: CommandContext, options: ChangeOptions): Promise<void> {
  const folder = chosenStateFolder(options.state, env);
  const changed = await renewAuthority(folder, options.rootKey);
  if (changed.isNew) output.note('authority.made', { folder }, 'yellow');
  output.value(changed);
  output.line(changed.rootChanged ? 'authority.renewed-root' : 'authority.renewed', {});
}

export async function authorityTakeOffline(
  { output, env }: CommandContext,
  file: string,
  options: StateOption,
): Promise<void> {
  if (existsSync(file)) throw cliError('cli.file-exists', { file });
  const folder = chosenStateFolder(options.state, env);
  const { isNew } = await takeRootKeyOffline(folder, file);
  if (isNew) output.note('authority.made', { folder }, 'yellow');
  output.value({ rootKeyFile: file });
  output.line('authority.taken-offline', { file });
}

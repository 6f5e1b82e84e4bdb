import { existsSync } from 'node:fs';
import { openRooms, publishRoot } from '../app/rooms.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { Authority, privateKeyFingerprint } from '../authority/authority.ts';
import { readText, writeFileAtomic } from '../base/files.ts';
import { Secret } from '../base/redact.ts';
import type { CommandContext } from './context.ts';
import { cliError } from './messages.ts';

interface StateOption {
  state?: string;
}

/** `everyhop authority root`: the root as PEM, for a file that clients are given. */
export async function authorityRoot(context: CommandContext, options: StateOption): Promise<void> {
  await withAuthority(context, options, async (authority) => {
    const pem = authority.rootPem();
    if (context.output.json) context.output.value({ pem, fingerprint: authority.rootFingerprint() });
    else context.output.text(pem.trimEnd());
  });
}

export async function authorityShow(context: CommandContext, options: StateOption): Promise<void> {
  await withAuthority(context, options, async (authority) => {
    const summary = authority.summary();
    context.output.value(summary);
    context.output.line('authority.summary', {
      fingerprint: summary.fingerprint,
      until: new Date(summary.rootNotAfterMs).toISOString().slice(0, 10),
      names: summary.permitted.join(', '),
    });
    context.output.line(authority.hasRootKey() ? 'authority.key-here' : 'authority.key-offline', {});
    for (const warning of authority.warnings()) context.output.error(warning);
  });
}

export async function authorityWiden(
  context: CommandContext,
  names: string[],
  options: StateOption & { rootKey?: string },
): Promise<void> {
  await withAuthority(context, options, async (authority) => {
    const changed = await authority.widen(names, await rootKeyOption(options.rootKey));
    if (changed) await publishRoot(chosenStateFolder(options.state, context.env), authority);
    context.output.value({ permitted: names, rootChanged: changed, fingerprint: authority.rootFingerprint() });
    context.output.line(changed ? 'authority.widened' : 'authority.permitted-already', { names: names.join(', ') });
  });
}

export async function authorityRenew(
  context: CommandContext,
  options: StateOption & { rootKey?: string },
): Promise<void> {
  await withAuthority(context, options, async (authority) => {
    const changed = await authority.renew(await rootKeyOption(options.rootKey));
    if (changed) await publishRoot(chosenStateFolder(options.state, context.env), authority);
    context.output.value({ rootChanged: changed, fingerprint: authority.rootFingerprint() });
    context.output.line(changed ? 'authority.renewed-root' : 'authority.renewed', {});
  });
}

/** The key leaves the store only after the file was written and read back. */
export async function authorityTakeOffline(context: CommandContext, file: string, options: StateOption): Promise<void> {
  await withAuthority(context, options, async (authority) => {
    if (existsSync(file)) throw cliError('cli.file-exists', { file });
    await writeFileAtomic(file, authority.exportRootKey().reveal(), { mode: 0o600 });
    await authority.forgetRootKey(privateKeyFingerprint(new Secret(await readText(file))));
    context.output.value({ rootKeyFile: file });
    context.output.line('authority.taken-offline', { file });
  });
}

async function rootKeyOption(file: string | undefined): Promise<{ rootKeyPem?: Secret<string> }> {
  return file === undefined ? {} : { rootKeyPem: new Secret(await readText(file)) };
}

async function withAuthority(
  context: CommandContext,
  options: StateOption,
  work: (authority: Authority) => Promise<void>,
): Promise<void> {
  const { state, authority } = await openRooms(chosenStateFolder(options.state, context.env));
  try {
    await work(authority);
  } finally {
    await state.close();
  }
}

import path from 'node:path';
import {
  createBackup,
  type Key,
  keyKindOf,
  type Lock,
  readIdentities,
  readPassphrase,
  readRecipients,
  restoreBackup,
} from '../app/backup.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { askSecret, canAsk } from './ask.ts';
import type { CommandContext } from './context.ts';
import { cliError } from './messages/errors.ts';
import { say } from './messages.ts';

interface BackupOptions {
  state?: string;
  passphraseFile?: string;
  recipient?: string[];
  recipientFile?: string[];
}

interface RestoreOptions {
  state?: string;
  passphraseFile?: string;
  identity?: string[];
  force?: boolean;
}

/** `everyhop backup FILE`; `-` is standard output. */
export async function backup(context: CommandContext, file: string, options: BackupOptions): Promise<void> {
  const { output, env, version } = context;
  const isStream = file === '-';
  if (isStream && output.terminal) throw cliError('cli.binary-to-terminal', {});
  const folder = chosenStateFolder(options.state, env);
  const lock = await lockFor(context, options);
  const target = isStream ? process.stdout : path.resolve(file);
  const content = await createBackup({ folder, target, lock, version });
  const params = { file, folder, certificates: content.certificates, accounts: content.accounts };
  if (isStream) output.note('backup.done', params);
  else {
    output.value({ file, ...content });
    output.line('backup.done', params, 'green');
  }
  output.note('passphrase' in lock ? 'backup.keep-passphrase' : 'backup.keep-identity', {});
  if (content.hasRootKey) output.note('backup.has-root-key', {});
}

async function lockFor({ language }: CommandContext, options: BackupOptions): Promise<Lock> {
  const { passphraseFile, recipient = [], recipientFile = [] } = options;
  const hasRecipients = recipient.length + recipientFile.length > 0;
  if (hasRecipients && passphraseFile !== undefined) throw cliError('cli.two-locks', {});
  if (hasRecipients) return { recipients: await readRecipients(recipient, recipientFile) };
  if (passphraseFile !== undefined) return { passphrase: await readPassphrase(passphraseFile) };
  if (!canAsk()) throw cliError('cli.no-lock', {});
  const passphrase = await askSecret(say(language, 'backup.ask-new', {}));
  if ((await askSecret(say(language, 'backup.ask-again', {}))) !== passphrase)
    throw cliError('cli.passphrases-differ', {});
  return { passphrase };
}

/** `everyhop restore FILE`. */
export async function restore(context: CommandContext, file: string, options: RestoreOptions): Promise<void> {
  const { output, env } = context;
  const folder = chosenStateFolder(options.state, env);
  const key = await keyFor(context, file, options);
  const restored = await restoreBackup({ folder, file: path.resolve(file), key, force: options.force === true });
  const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  output.value({ folder, ...restored });
  const { certificates, accounts, created, former, newestMs, root } = restored;
  output.line('restore.done', { folder, created, certificates, accounts }, 'green');
  if (root !== undefined) output.line('restore.root', { root });
  if (newestMs !== undefined) output.line('restore.newest', { date: date(newestMs) });
  if (former !== undefined) output.note('restore.former', { former });
  output.note('restore.unknown', { created });
  output.note('restore.next', {});
}

async function keyFor({ language }: CommandContext, file: string, options: RestoreOptions): Promise<Key> {
  const { passphraseFile, identity } = options;
  const kind = await keyKindOf(file);
  if (kind === 'identity') {
    if (identity === undefined) throw cliError('cli.needs-identity', { file });
    return { identities: await readIdentities(identity) };
  }
  if (passphraseFile !== undefined) return { passphrase: await readPassphrase(passphraseFile) };
  if (identity !== undefined || !canAsk()) throw cliError('cli.needs-passphrase', { file });
  return { passphrase: await askSecret(say(language, 'restore.ask', { file })) };
}

import { existsSync } from 'node:fs';
import { readArchive } from '../../store/archive.ts';
import { decrypt, type Key, keyKind } from '../../store/encryption.ts';
import { checkOwners } from '../../store/folder-owner.ts';
import { backupError } from '../../store/messages.ts';
import { abandonStage, finishReplacement, openStage, replaceState } from '../../store/replacement.ts';
import { checkSnapshot } from '../../store/snapshot.ts';
import { replacedEntries } from '../../store/state-entries.ts';
import { databaseFile } from '../../store/state-folder.ts';
import { claimFolder, makeStateFolder, openState } from '../../store/state.ts';
import { clock } from '../system.ts';
import { type BackupContent, contentOf } from './content.ts';
import { contentFrom, readHead } from './create.ts';

export interface RestoredState extends BackupContent {
  /** ISO time of the backup. */
  created: string;
  /** The version that wrote it. */
  version: string;
  /** The folder with the former content; undefined if there was none. */
  former: string | undefined;
}

/** What opens a backup. @throws EveryhopError `backup.not-encrypted`, `file.*`. */
export async function keyKindOf(file: string): Promise<'passphrase' | 'identity'> {
  const kind = keyKind(await readHead(file));
  if (kind === undefined) throw backupError('backup.not-encrypted', { file });
  return kind;
}

/**
 * Puts the content of a backup in a state folder. Everything is decrypted and checked before anything is replaced, and after a
 * kill the folder has the former content or the restored one.
 * @param force replaces a state, and keeps it in a folder below.
 * @throws EveryhopError `backup.*`, `store.in-use`, `store.busy`, `store.corrupt`, `store.too-new`, `file.*`.
 */
export async function restoreBackup(options: {
  folder: string;
  file: string;
  key: Key;
  force: boolean;
}): Promise<RestoredState> {
  const { folder, file, key, force } = options;
  await makeStateFolder(folder);
  await checkOwners(folder);
  const release = await claimFolder(folder);
  try {
    await finishReplacement(folder);
    const present = replacedEntries(folder);
    if (present.length > 0 && !force) throw backupError('backup.folder-taken', { folder, found: present.join(', ') });
    try {
      const stage = await openStage(folder);
      const plain = await decrypt(ReadableStream.from(contentFrom(file)), key, file);
      const { created, version } = await readArchive(plain, stage, file);
      if (!existsSync(databaseFile(stage))) throw backupError('backup.foreign', { file });
      checkSnapshot(databaseFile(stage));
      // Migrates an older store, so that a failure costs nothing.
      await (await openState(stage)).close();
      const content = await contentOf(stage);
      if (!content) throw backupError('backup.foreign', { file });
      const former = await replaceState(
        folder,
        `replaced-${new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-')}`,
      );
      return { ...content, created, version, former };
    } catch (error) {
      await abandonStage(folder);
      throw error;
    }
  } finally {
    release();
  }
}

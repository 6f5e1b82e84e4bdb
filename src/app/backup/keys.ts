import { readText } from '../../base/files.ts';
import { checkRecipients } from '../../store/encryption.ts';
import { backupError } from '../../store/messages.ts';

/** As `age` and most password managers write it: the first line. @throws EveryhopError `file.*`. */
export async function readPassphrase(file: string): Promise<string> {
  return (await readText(file, 64 * 1024)).split(/\r?\n/, 1)[0]!;
}

/** The public keys that are given, and those in files, one a line. @throws EveryhopError `backup.recipient-invalid`, `file.*`. */
export async function readRecipients(given: readonly string[], files: readonly string[]): Promise<string[]> {
  const read = await Promise.all(files.map(linesOf));
  const recipients = [...given, ...read.flat()];
  checkRecipients(recipients);
  return recipients;
}

/** The secret keys in files of age-keygen. @throws EveryhopError `backup.identity-invalid`, `file.*`. */
export async function readIdentities(files: readonly string[]): Promise<string[]> {
  const lines = (await Promise.all(files.map(linesOf))).flat();
  if (lines.length === 0 || !lines.every((line) => line.startsWith('AGE-SECRET-KEY-')))
    throw backupError('backup.identity-invalid', {});
  return lines;
}

async function linesOf(file: string): Promise<string[]> {
  const lines = (await readText(file, 1024 * 1024)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

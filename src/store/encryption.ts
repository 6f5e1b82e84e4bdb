/** Encryption in the format of age (age-encryption.org/v1): the program `age` opens our files, and we open its. */
import { Decrypter, Encrypter } from 'age-encryption';
import { EveryhopError } from '../base/errors.ts';
import { backupError } from './messages.ts';

/** Encrypts a file: a passphrase, or the public keys (`age1…`) of its readers. */
export type Lock = { passphrase: string } | { recipients: readonly string[] };

/** Opens a file: its passphrase, or one of the secret keys (`AGE-SECRET-KEY-…`). */
export type Key = { passphrase: string } | { identities: readonly string[] };

/** Passphrases are stretched with scrypt, N = 2^18, as by `age -p`: about a second and 256 MiB. */
export async function encrypt(plain: ReadableStream<Uint8Array>, lock: Lock): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase);
  else for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plain);
}

/** @throws EveryhopError `backup.recipient-invalid`. */
export function checkRecipients(recipients: readonly string[]): void {
  for (const recipient of recipients) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch (error) {
      throw backupError('backup.recipient-invalid', { recipient }, { cause: error });
    }
  }
}

/**
 * Reads nothing but the header before it resolves. A file that was cut off or changed is an error of the stream, at the latest
 * at its end.
 * @param file its name for errors.
 * @throws EveryhopError `backup.wrong-passphrase`, `backup.wrong-identity`, `backup.identity-invalid`, `backup.damaged`.
 */
export async function decrypt(
  source: ReadableStream<Uint8Array>,
  key: Key,
  file: string,
): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  if ('passphrase' in key) decrypter.addPassphrase(key.passphrase);
  else
    for (const identity of key.identities) {
      try {
        decrypter.addIdentity(identity);
      } catch (error) {
        throw backupError('backup.identity-invalid', {}, { cause: error });
      }
    }
  try {
    return await decrypter.decrypt(source);
  } catch (error) {
    if (error instanceof EveryhopError) throw error; // of the source
    if (!(error instanceof Error && error.message.startsWith('no identity matched')))
      throw backupError('backup.damaged', { file }, { cause: error });
    const code = 'passphrase' in key ? 'backup.wrong-passphrase' : 'backup.wrong-identity';
    throw backupError(code, { file }, { cause: error });
  }
}

/** The kind of key that opens a file; undefined: age did not write it. @param head its first bytes; 200 are enough. */
export function keyKind(head: Uint8Array): 'passphrase' | 'identity' | undefined {
  const [first, second = ''] = Buffer.from(head).toString('latin1').split('\n');
  if (first !== 'age-encryption.org/v1') return undefined;
  return second.startsWith('-> scrypt ') ? 'passphrase' : 'identity';
}

/** Encrypted backups of the state folder. */
export type { Key, Lock } from '../store/encryption.ts';
export { createBackup } from './backup/create.ts';
export { readIdentities, readPassphrase, readRecipients } from './backup/keys.ts';
export { keyKindOf, restoreBackup, type RestoredState } from './backup/restore.ts';

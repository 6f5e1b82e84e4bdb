/** Restores a backup over a state; the parent has it killed. */
import { restoreBackup } from '../../src/app/backup.ts';

const [folder, file, identity] = process.argv.slice(2) as [string, string, string];
await restoreBackup({ folder, file, key: { identities: [identity] }, force: true });

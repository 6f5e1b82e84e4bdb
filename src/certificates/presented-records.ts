import type { PresentedRecord, PresentedRecords } from '../acme/dns-01.ts';
import type { Database } from '../store/database.ts';

/** The TXT records that DNS-01 has written and not removed yet; they survive a crash. */
export function storedPresentedRecords(database: Database): PresentedRecords {
  const all = ({ provider, fqdn, value }: PresentedRecord): string[] => [provider, fqdn, value];
  return {
    async add(record) {
      await database.transaction(async (inner) => {
        await inner.query(
          'DELETE FROM presented_records WHERE provider = $1 AND fqdn = $2 AND value = $3',
          all(record),
        );
        await inner.query('INSERT INTO presented_records (provider, fqdn, value) VALUES ($1, $2, $3)', all(record));
      });
    },
    async remove(record) {
      await database.query(
        'DELETE FROM presented_records WHERE provider = $1 AND fqdn = $2 AND value = $3',
        all(record),
      );
    },
    list: () => database.query<PresentedRecord>('SELECT provider, fqdn, value FROM presented_records'),
  };
}

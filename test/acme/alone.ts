/** A process that does nothing but obtain one certificate: `alone.ts DIRECTORY ROOT.pem`. */
import { readFileSync } from 'node:fs';
import { newAccountKey, openAccount } from '../../src/acme/account.ts';
import { AcmeClient } from '../../src/acme/client.ts';
import { obtain } from '../../src/acme/obtain.ts';

const [directoryUrl, rootFile] = process.argv.slice(2) as [string, string];
const client = new AcmeClient({ directoryUrl, rootsPem: readFileSync(rootFile, 'utf8') });
const { signal } = new AbortController();
const account = await openAccount(client, { keyPem: await newAccountKey(), contacts: [], termsAgreed: true }, signal);
const nothing = { type: 'http-01', prepare: () => Promise.resolve(), clean: () => Promise.resolve() };
const { serial } = await obtain(client, { account, names: ['a.test'], solvers: [nothing] });
await client.close();
process.stdout.write(serial);

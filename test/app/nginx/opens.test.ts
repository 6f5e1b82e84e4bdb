/** How often a command opens the store. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import {
  type NginxOptions,
  renewInNginx,
  type SecureOptions,
  secureInNginx,
  undoInNginx,
} from '../../../src/app/nginx/nginx.ts';
import { quietPorts } from '../../nginx/corpus/ports.ts';
import { nginxConf, nginxFolder, nginxProgram, startNginx } from '../../support/nginx.ts';
import { temporaryFolder } from '../../support/up.ts';

const limit = { timeout: 120_000 };

/** The mode of every store connection of this process, detected by its first statement. */
const opened: string[] = [];
const known = new WeakSet<DatabaseSync>();
const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')!.value as (
  this: DatabaseSync,
  sql: string,
) => void;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const isStore = path.basename(this.location() ?? '') === 'everyhop.db';
  if (isStore && !known.has(this)) opened.push(sql.includes('journal_mode = WAL') ? 'to write' : 'to read');
  known.add(this);
  exec.call(this, sql);
};

async function opensOf<T>(work: () => Promise<T>): Promise<{ opens: string[]; result: T }> {
  opened.length = 0;
  const result = await work();
  return { opens: [...opened], result };
}

async function world(t: TestContext): Promise<{ state: string; site: SecureOptions; common: NginxOptions }> {
  const [httpPort, tlsPort] = (await quietPorts(2)) as [number, number];
  const site = `server { listen 127.0.0.1:${httpPort}; server_name chat.test; location / { return 200 hello; } }`;
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(site, { workers: 2 }) });
  const { confFile } = await startNginx(t, { folder });
  const state = path.join(await temporaryFolder(t, 'opens'), 'state');
  const common: NginxOptions = {
    everyhop: ['everyhop'],
    choice: { conf: confFile, program: nginxProgram, prefix: folder },
    stateFolder: state,
    env: {},
    version: 'test',
    signal: new AbortController().signal,
  };
  const issuing = {
    authority: undefined,
    authorityRootFile: undefined,
    challenge: undefined,
    dns: undefined,
    dnsResolvers: undefined,
    profile: undefined,
    email: undefined,
    webroot: undefined,
  };
  const request = {
    names: ['chat.test'],
    tlsPort,
    publicPort: undefined,
    redirects: true,
    hsts: true,
    app: 'none',
    issuing,
    termsAgreed: false,
  };
  return { state, common, site: { ...common, ...request, confirm: () => Promise.resolve(true) } };
}

test('nginx secure and nginx renew open the store once each, undo only to read', limit, async (t) => {
  const { state, site, common } = await world(t);
  const secured = await opensOf(() => secureInNginx(site));
  assert.deepEqual(secured.opens, ['to write']);
  const { done, obtained } = secured.result;
  assert.equal(done!.certificate.serial, obtained!.serial);
  assert.deepEqual(
    (await readdir(state)).filter((name) => name.startsWith('everyhop.db-')),
    ['everyhop.db-lock-issue'],
  );

  const renewed = await opensOf(() => renewInNginx(common));
  assert.deepEqual(renewed.opens, ['to write']);
  const [renewedSite] = renewed.result.sites;
  assert.equal(renewedSite!.outcome!.certificate.serial, obtained!.serial, 'not due');

  const undone = await opensOf(() =>
    undoInNginx({ ...common, name: undefined, discards: false, forces: false, confirm: () => Promise.resolve(true) }),
  );
  assert.deepEqual(undone.opens, ['to read']);
});

test('nginx secure --dry-run reads the store but does not create it', limit, async (t) => {
  const { state, site } = await world(t);
  const looked = await opensOf(() => secureInNginx({ ...site, confirm: undefined }));
  assert.equal(looked.result.done, undefined);
  assert.deepEqual(looked.opens, []);
  assert.equal(existsSync(path.join(state, 'everyhop.db')), false);
  await secureInNginx(site);
  const again = await opensOf(() => secureInNginx({ ...site, confirm: undefined }));
  assert.deepEqual(again.opens, ['to read']);
});

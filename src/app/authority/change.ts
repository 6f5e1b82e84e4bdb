/** Changes to the private authority of a state folder. A missing authority is created. */
import { type Authority, privateKeyFingerprint } from '../../authority/authority.ts';
import { readText, writeFileAtomic } from '../../base/files.ts';
import { Secret } from '../../base/redact.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';
import { publishRoot } from './root.ts';

export interface AuthorityChange {
  /** If true, clients need the new root. */
  rootChanged: boolean;
  /** There was no authority, so this command made one. */
  isNew: boolean;
  /** SHA-256 of the root certificate, hex. */
  fingerprint: string;
}

/** Permits more names. @param rootKeyFile the root key, if it is offline. @throws as `Authority.widen`. */
export function widenAuthority(
  folder: string,
  names: readonly string[],
  rootKeyFile: string | undefined,
): Promise<AuthorityChange> {
  return change(folder, async (authority) => authority.widen(names, await rootKey(rootKeyFile)));
}

/** Issues a new intermediate, and a new root if it is due. @throws as `Authority.renew`. */
export function renewAuthority(folder: string, rootKeyFile: string | undefined): Promise<AuthorityChange> {
  return change(folder, async (authority) => authority.renew(await rootKey(rootKeyFile)));
}

/**
 * Moves the root key to a file, overwriting it. The key leaves the store only after the file was written and read back.
 * @throws EveryhopError `authority.root-key-gone`, `file.*`.
 */
export function takeRootKeyOffline(folder: string, file: string): Promise<{ isNew: boolean }> {
  return withState(folder, async (session) => {
    const authority = await session.authority();
    await writeFileAtomic(file, authority.exportRootKey().reveal(), { mode: 0o600 });
    await authority.forgetRootKey(privateKeyFingerprint(new Secret(await readText(file))));
    // The daily copies still hold the key.
    await (await session.state()).copy(clock.now(), true);
    return { isNew: session.hasMadeAuthority };
  });
}

function change(folder: string, work: (authority: Authority) => Promise<boolean>): Promise<AuthorityChange> {
  return withState(folder, async (session) => {
    const authority = await session.authority();
    const rootChanged = await work(authority);
    if (rootChanged) await publishRoot(folder, authority.rootPem());
    if (session.hasMadeAuthority) await publishRoot(folder, authority.rootPem());
    return { rootChanged, isNew: session.hasMadeAuthority, fingerprint: authority.rootFingerprint() };
  });
}

async function rootKey(file: string | undefined): Promise<{ rootKeyPem?: Secret<string> }> {
  return file === undefined ? {} : { rootKeyPem: new Secret(await readText(file)) };
}

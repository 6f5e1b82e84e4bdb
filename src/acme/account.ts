import type { KeyObject } from 'node:crypto';
import { Secret } from '../base/redact.ts';
import { exportPrivateKeyPem, generateKey, importPrivateKey, type KeyKind } from '../x509/key.ts';
import type { Answer } from './answer.ts';
import type { AcmeClient } from './client.ts';
import { bindAccount, type Signer, signKeyChange } from './jws.ts';
import { AcmeError, problemText } from './problem.ts';

/** What is kept of an account: nothing else is needed to use it again. */
export interface Account {
  url: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
}

/** Ties an account to a customer of the authority (RFC 8555 §7.3.4). Most authorities take each pair once only. */
export interface ExternalBinding {
  keyId: string;
  /** base64url, as the authority shows it. */
  macKey: Secret<string>;
}

export interface AccountWish {
  /** Made by `newAccountKey` and stored before this is asked for, so that a crash loses no account. */
  keyPem: Secret<string>;
  /** Mail addresses, with or without `mailto:`; may be empty. */
  contacts: readonly string[];
  /** Has the person agreed to the authority's terms? They are at `directory.termsOfService`. */
  termsAgreed: boolean;
  binding?: ExternalBinding;
}

/** What the authority says of an account (RFC 8555 §7.1.2). */
export interface AccountFacts {
  /** `valid`, `deactivated`, `revoked`, or something new. */
  status: string;
  /** With `mailto:`. */
  contacts: string[];
}

/** A key for a new account; P-256 by default. Never used for a certificate. */
export async function newAccountKey(kind: KeyKind = 'p256'): Promise<Secret<string>> {
  return exportPrivateKeyPem(await generateKey(kind));
}

export function signerOf(account: Account): Required<Signer> {
  return { key: importPrivateKey(account.keyPem.reveal()), accountUrl: account.url };
}

/**
 * The account of this key, made if there is none. Asked for again after a crash or a lost answer, it finds what was made:
 * an external binding is sent only where the authority says that the key has no account.
 * @throws AcmeError `acme.terms-required`, `.binding-required`, `.binding-refused`, `.binding-unreadable`,
 *   `.contact-refused`, and those of `AcmeClient.post`.
 */
export async function openAccount(client: AcmeClient, wish: AccountWish, signal: AbortSignal): Promise<Account> {
  const found = await findAccount(client, wish.keyPem, signal);
  if (found) return found;
  const directory = await client.directory(signal);
  const authority = client.authority;
  if (directory.termsOfService !== undefined && !wish.termsAgreed) {
    throw new AcmeError('acme.terms-required', { authority, page: directory.termsOfService });
  }
  if (directory.externalAccountRequired && !wish.binding) {
    throw new AcmeError('acme.binding-required', { authority });
  }
  const key = importPrivateKey(wish.keyPem.reveal());
  const payload = {
    ...(wish.contacts.length > 0 ? { contact: wish.contacts.map(mailto) } : {}),
    ...(wish.termsAgreed ? { termsOfServiceAgreed: true } : {}),
    ...(wish.binding ? { externalAccountBinding: bound(key, wish.binding, directory.newAccount) } : {}),
  };
  try {
    const answer = await client.post(directory.newAccount, payload, { key }, { signal, retry: !wish.binding });
    return { url: answer.location(), keyPem: wish.keyPem };
  } catch (error) {
    if (!wish.binding || signal.aborted) throw error;
    // The answer may have been lost when the account was made, and the binding would be spent.
    const made = await findAccount(client, wish.keyPem, signal).catch(() => undefined);
    if (made) return made;
    throw bindingError(authority, error);
  }
}

/** The account of this key; undefined where there is none (RFC 8555 §7.3.1). @throws AcmeError. */
export async function findAccount(
  client: AcmeClient,
  keyPem: Secret<string>,
  signal: AbortSignal,
): Promise<Account | undefined> {
  const { newAccount } = await client.directory(signal);
  const signer = { key: importPrivateKey(keyPem.reveal()) };
  try {
    const answer = await client.post(newAccount, { onlyReturnExisting: true }, signer, { signal });
    return { url: answer.location(), keyPem };
  } catch (error) {
    if (error instanceof AcmeError && error.code === 'acme.account-missing') return undefined;
    throw error;
  }
}

/** @throws AcmeError. */
export async function readAccount(client: AcmeClient, account: Account, signal: AbortSignal): Promise<AccountFacts> {
  return readFacts(await client.post(account.url, undefined, signerOf(account), { signal }));
}

/** Replaces the contacts by these; none are taken as "no contacts". @throws AcmeError. */
export async function updateContacts(
  client: AcmeClient,
  account: Account,
  contacts: readonly string[],
  signal: AbortSignal,
): Promise<AccountFacts> {
  const payload = { contact: contacts.map(mailto) };
  return readFacts(await client.post(account.url, payload, signerOf(account), { signal }));
}

/** Ends the account for good (RFC 8555 §7.3.6): nothing can be done with it any more. @throws AcmeError. */
export async function deactivateAccount(client: AcmeClient, account: Account, signal: AbortSignal): Promise<void> {
  await client.post(account.url, { status: 'deactivated' }, signerOf(account), { signal });
}

/**
 * Gives the account another key (RFC 8555 §7.3.5).
 * @param newKeyPem stored by the caller beside the old one before this is called: after a crash either may be the right one.
 * @throws AcmeError `acme.key-change-unsupported`, and others; the account then still has its old key.
 */
export async function changeAccountKey(
  client: AcmeClient,
  account: Account,
  newKeyPem: Secret<string>,
  signal: AbortSignal,
): Promise<Account> {
  const { keyChange } = await client.directory(signal);
  if (keyChange === undefined) throw new AcmeError('acme.key-change-unsupported', { authority: client.authority });
  const signer = signerOf(account);
  const inner = signKeyChange(signer.key, importPrivateKey(newKeyPem.reveal()), account.url, keyChange);
  const sent = client.post(keyChange, inner, signer, { signal });
  const failure = await sent.then(
    () => undefined,
    (error: unknown) => error,
  );
  signal.throwIfAborted();
  // Seen, not believed: an answer may be lost when the change was made, and some say yes to what they have not done.
  const found = await findAccount(client, newKeyPem, signal);
  if (found?.url === account.url) return { url: account.url, keyPem: newKeyPem };
  const detail = 'the new key is not that of the account';
  throw failure ?? new AcmeError('acme.refused', { authority: client.authority, type: 'keyChange', detail });
}

function readFacts(answer: Answer): AccountFacts {
  const fields = answer.fields();
  const contacts = fields.raw('contact');
  return {
    status: fields.text('status'),
    contacts: Array.isArray(contacts) ? contacts.filter((contact) => typeof contact === 'string') : [],
  };
}

function mailto(contact: string): string {
  return contact.startsWith('mailto:') ? contact : `mailto:${contact}`;
}

function bound(key: KeyObject, { keyId, macKey }: ExternalBinding, url: string): object {
  const text = macKey.reveal().trim().replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  if (!/^[\w-]{16,}$/.test(text)) throw new AcmeError('acme.binding-unreadable', {});
  return bindAccount(key, keyId, Buffer.from(text, 'base64url'), url);
}

/** Authorities refuse a wrong or spent binding with one of these. */
function bindingError(authority: string, error: unknown): unknown {
  const isRefusal =
    error instanceof AcmeError &&
    error.problem !== undefined &&
    ['acme.account-refused', 'acme.binding-required', 'acme.refused'].includes(error.code);
  if (!isRefusal) return error;
  const problem = error.problem;
  return new AcmeError('acme.binding-refused', { authority, detail: problemText(problem) }, { problem, cause: error });
}

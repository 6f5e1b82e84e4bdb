import type { KeyObject } from 'node:crypto';
import { Secret } from '../base/redact.ts';
import { exportPrivateKeyPem, generateKey, importPrivateKey, type KeyKind } from '../x509/key.ts';
import type { Answer } from './answer.ts';
import type { AcmeClient } from './client.ts';
import { bindAccount, type Signer, signKeyChange } from './jws.ts';
import { acmeError, acmeWords } from './messages.ts';
import { AcmeError, problemText } from './problem.ts';

/** Everything that has to be stored to use an account again. */
export interface Account {
  url: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
}

/** Ties an account to a customer of the authority (RFC 8555 §7.3.4). Most authorities accept each pair only once. */
export interface ExternalBinding {
  keyId: string;
  /** base64url, as the authority shows it. */
  macKey: Secret<string>;
}

export interface Registration {
  /** From `newAccountKey`. Store it before calling `openAccount`, so that a crash does not lose the account. */
  keyPem: Secret<string>;
  /** Email addresses, with or without `mailto:`; may be empty. */
  contacts: readonly string[];
  /** Whether the operator agreed to the terms at `directory.termsOfService`. */
  termsAgreed: boolean;
  binding?: ExternalBinding;
}

/** An account as the authority reports it (RFC 8555 §7.1.2). */
export interface AccountFacts {
  /** `valid`, `deactivated`, `revoked`, or a status unknown to us. */
  status: string;
  /** With `mailto:`. */
  contacts: string[];
}

/** A key for a new account, never for a certificate. P-256 by default. */
export async function newAccountKey(kind: KeyKind = 'p256'): Promise<Secret<string>> {
  return exportPrivateKeyPem(await generateKey(kind));
}

export function signerOf(account: Account): Required<Signer> {
  return { key: importPrivateKey(account.keyPem.reveal()), accountUrl: account.url };
}

/**
 * Returns the account of this key, and registers it if there is none. Called again after a crash or a lost answer, it
 * finds the account already made: an external binding is sent only if the authority says that the key has no account.
 * @throws AcmeError `acme.terms-required`, `.binding-required`, `.binding-refused`, `.binding-unreadable`,
 *   `.contact-refused`, and those of `AcmeClient.post`.
 */
export async function openAccount(
  client: AcmeClient,
  registration: Registration,
  signal: AbortSignal,
): Promise<Account> {
  const found = await findAccount(client, registration.keyPem, signal);
  if (found) return found;
  const directory = await client.directory(signal);
  const authority = client.authority;
  if (directory.termsOfService !== undefined && !registration.termsAgreed) {
    throw new AcmeError('acme.terms-required', { authority, page: directory.termsOfService });
  }
  if (directory.externalAccountRequired && !registration.binding) {
    throw new AcmeError('acme.binding-required', { authority });
  }
  const key = importPrivateKey(registration.keyPem.reveal());
  const payload = {
    ...(registration.contacts.length > 0 ? { contact: registration.contacts.map(mailto) } : {}),
    ...(registration.termsAgreed ? { termsOfServiceAgreed: true } : {}),
    ...(registration.binding
      ? { externalAccountBinding: bindingFor(key, registration.binding, directory.newAccount) }
      : {}),
  };
  try {
    const answer = await client.post(directory.newAccount, payload, { key }, { signal, retry: !registration.binding });
    return { url: answer.location(), keyPem: registration.keyPem };
  } catch (error) {
    if (!registration.binding || signal.aborted) throw error;
    // The account may exist although the answer was lost; a second attempt would find the binding spent.
    const made = await findAccount(client, registration.keyPem, signal).catch(() => undefined);
    if (made) return made;
    throw bindingError(authority, error);
  }
}

/**
 * Returns undefined if the key has no account (RFC 8555 §7.3.1).
 * @throws AcmeError `acme.account-ended` if the authority no longer accepts the account of this key.
 */
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
    if (acmeError.is(error, 'acme.account-missing')) return undefined;
    if (error instanceof AcmeError && error.code === 'acme.account-refused') throw endedError(client.authority, error);
    throw error;
  }
}

/**
 * Finds out whether a refused request was refused because of its account: deactivated, deleted, or with another key.
 * @returns undefined if the authority accepts the account.
 * @throws AcmeError any other failure.
 */
export async function accountEnd(
  client: AcmeClient,
  account: Account,
  signal: AbortSignal,
): Promise<'missing' | 'ended' | undefined> {
  try {
    return (await readAccount(client, account, signal)).status === 'valid' ? undefined : 'ended';
  } catch (error) {
    if (acmeError.is(error, 'acme.account-missing')) return 'missing';
    // A signature by a key that is no longer the account's is "malformed" to some authorities.
    if (acmeError.is(error, 'acme.account-refused') || acmeError.is(error, 'acme.refused')) return 'ended';
    throw error;
  }
}

function endedError(authority: string, error: AcmeError): AcmeError {
  const { problem } = error;
  const detail = problem ? problemText(problem) : error.message;
  return new AcmeError('acme.account-ended', { authority, detail }, { ...(problem && { problem }), cause: error });
}

/** @throws AcmeError. */
export async function readAccount(client: AcmeClient, account: Account, signal: AbortSignal): Promise<AccountFacts> {
  return readFacts(await client.post(account.url, undefined, signerOf(account), { signal }));
}

/** Replaces all contacts; an empty list removes them. @throws AcmeError. */
export async function updateContacts(
  client: AcmeClient,
  account: Account,
  contacts: readonly string[],
  signal: AbortSignal,
): Promise<AccountFacts> {
  const payload = { contact: contacts.map(mailto) };
  return readFacts(await client.post(account.url, payload, signerOf(account), { signal }));
}

/** Deactivates the account for good (RFC 8555 §7.3.6). @throws AcmeError. */
export async function deactivateAccount(client: AcmeClient, account: Account, signal: AbortSignal): Promise<void> {
  await client.post(account.url, { status: 'deactivated' }, signerOf(account), { signal });
}

/**
 * Gives the account another key (RFC 8555 §7.3.5).
 * @param newKeyPem store it beside the old key before the call: after a crash, either may be the account's key.
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
  // Verify the change: the answer may have been lost, and some authorities answer 200 without changing the key.
  const found = await findAccount(client, newKeyPem, signal);
  if (found?.url === account.url) return { url: account.url, keyPem: newKeyPem };
  const detail = acmeWords('acme.key-not-changed', {});
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

function bindingFor(key: KeyObject, { keyId, macKey }: ExternalBinding, url: string): object {
  const text = macKey.reveal().trim().replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  if (!/^[\w-]{16,}$/.test(text)) throw new AcmeError('acme.binding-unreadable', {});
  return bindAccount(key, keyId, Buffer.from(text, 'base64url'), url);
}

/** Authorities use one of these codes to refuse a wrong or spent binding. */
function bindingError(authority: string, error: unknown): unknown {
  const isRefusal =
    error instanceof AcmeError &&
    error.problem !== undefined &&
    ['acme.account-refused', 'acme.binding-required', 'acme.refused'].includes(error.code);
  if (!isRefusal) return error;
  const problem = error.problem;
  return new AcmeError('acme.binding-refused', { authority, detail: problemText(problem) }, { problem, cause: error });
}

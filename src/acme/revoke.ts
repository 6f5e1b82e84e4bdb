import type { Secret } from '../base/redact.ts';
import { importPrivateKey } from '../x509/key.ts';
import { decodePem } from '../x509/pem.ts';
import { type Account, signerOf } from './account.ts';
import type { AcmeClient } from './client.ts';
import { base64url, type Signer } from './jws.ts';
import { acmeWords } from './messages.ts';
import { AcmeError } from './problem.ts';
import { type RevocationReason, revocationReasons } from './revocation-reason.ts';

/**
 * Revokes a certificate.
 * @param authorization the account that ordered it, or the certificate's private key: the only way left if the account
 *   is lost.
 * @returns `already-revoked` if it was revoked before.
 * @throws AcmeError `acme.account-refused`, `acme.refused`, …
 */
export async function revokeCertificate(
  client: AcmeClient,
  chainPem: string,
  reason: RevocationReason,
  authorization: { account: Account } | { certificateKeyPem: Secret<string> },
  signal: AbortSignal,
): Promise<'revoked' | 'already-revoked'> {
  const { revokeCert } = await client.directory(signal);
  const leaf = decodePem(chainPem).find(({ label }) => label === 'CERTIFICATE');
  const authority = client.authority;
  if (!leaf) throw new AcmeError('acme.certificate-unreadable', { authority, names: '–' });
  if (revokeCert === undefined) {
    throw new AcmeError('acme.refused', {
      authority,
      type: 'revokeCert',
      detail: acmeWords('acme.not-in-directory', {}),
    });
  }
  const signer: Signer =
    'account' in authorization
      ? signerOf(authorization.account)
      : { key: importPrivateKey(authorization.certificateKeyPem.reveal()) };
  const payload = { certificate: base64url(leaf.der), reason: revocationReasons[reason] };
  try {
    await client.post(revokeCert, payload, signer, { signal });
    return 'revoked';
  } catch (error) {
    if (error instanceof AcmeError && error.problem?.type === 'alreadyRevoked') return 'already-revoked';
    throw error;
  }
}

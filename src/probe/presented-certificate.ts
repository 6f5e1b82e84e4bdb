import type { PresentedCertificate } from '../hop/hop.ts';
import type { TlsFacts } from './tls.ts';

/** For a hop: the certificate from the handshake, if any. */
export function presentedCertificate(facts: TlsFacts | undefined): { presents?: PresentedCertificate } {
  if (!facts?.reached) return {};
  const { serial, fingerprint, notAfterMs } = facts;
  return { presents: { serial, fingerprint, notAfterMs } };
}

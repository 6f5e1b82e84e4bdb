import type { EdgeAccess } from '../snapshot.ts';
import type { Way } from './way.ts';

/** Visitors with a client certificate. The handshake has verified it. */
export function certificateWay(certificates: NonNullable<EdgeAccess['clientCertificates']>): Way {
  const admitted =
    certificates === true ? undefined : new Set([...certificates.subjects, ...certificates.fingerprints]);
  return {
    identify(request) {
      const certificate = request.facts.clientCertificate;
      // A trusted proxy's certificate says nothing about its visitors.
      if (!certificate || request.visitor.proxied) return undefined;
      const { subject, fingerprint } = certificate;
      if (admitted && !admitted.has(subject) && !admitted.has(fingerprint)) {
        request.detail = subject || fingerprint;
        return { refused: 'edge.access-certificate' };
      }
      return { identity: { way: 'certificate', name: subject || fingerprint, fields: [], consumed: [] } };
    },
  };
}

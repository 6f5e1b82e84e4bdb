import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { parseCertificate } from '../x509/certificate.ts';
import { readRevocationLists } from '../x509/revocation-list.ts';
import { tlsPolicyOf } from './routing.ts';
import type { EdgeSite, EdgeSnapshot } from './snapshot.ts';

/** A digest of a site's revocation lists; undefined if it has none. */
export function listsDigest({ clientCertificates }: EdgeSite): string | undefined {
  const lists = clientCertificates?.revocation?.lists;
  return lists && createHash('sha256').update(lists.join()).digest('base64url');
}

/** Open connections of clients with a certificate. A new list ends those whose certificate it revokes. */
export class CertifiedConnections {
  /** With the TLS policy of their handshake. */
  readonly #policies = new Map<TLSSocket, string>();
  /** Policies, with the digests of their lists, that these connections have been compared with. */
  #compared = new Set<string>();

  add(socket: TLSSocket, policy: string): void {
    if (!socket.authorized || socket.getPeerX509Certificate() === undefined) return;
    this.#policies.set(socket, policy);
    socket.once('close', () => this.#policies.delete(socket));
  }

  /** Compares with the lists of the site that a connection was made for; if that has changed, with all lists. */
  closeRevoked({ sites }: EdgeSnapshot): void {
    const withLists = sites.filter((site) => site.clientCertificates?.revocation);
    const digests = new Set(withLists.map((site) => `${tlsPolicyOf(site)} ${listsDigest(site)}`));
    const isKnown = [...digests].every((digest) => this.#compared.has(digest));
    this.#compared = digests;
    if (isKnown || this.#policies.size === 0) return;
    const all: Revoked = new Map();
    const byPolicy = new Map<string, Revoked>(sites.map((site) => [tlsPolicyOf(site), new Map()]));
    for (const site of withLists) {
      addAll(all, site.clientCertificates!.revocation!.lists);
      addAll(byPolicy.get(tlsPolicyOf(site))!, site.clientCertificates!.revocation!.lists);
    }
    for (const [socket, policy] of this.#policies) {
      if (isRevoked(socket.getPeerX509Certificate(), byPolicy.get(policy) ?? all)) socket.destroy();
    }
  }
}

/** The revoked serial numbers of each issuer, by its name in DER. */
type Revoked = Map<string, Set<string>>;

function addAll(revoked: Revoked, pems: readonly string[]): void {
  for (const { issuer, serials } of pems.flatMap((pem) => readRevocationLists(Buffer.from(pem)))) {
    const key = issuer.encoding.toString('latin1');
    revoked.set(key, new Set([...(revoked.get(key) ?? []), ...serials]));
  }
}

/** The certificate, or an authority above it. */
function isRevoked(certificate: X509Certificate | undefined, revoked: Revoked): boolean {
  for (let at = certificate, depth = 0; at && depth < 10; at = at.issuerCertificate, depth += 1) {
    const { issuer, serial } = parseCertificate(at.raw);
    if (revoked.get(issuer.encoding.toString('latin1'))?.has(serial) === true) return true;
  }
  return false;
}

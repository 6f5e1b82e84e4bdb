/** An authority known by name. Its directory takes precedence over this table. */
export interface KnownAuthority {
  /** The name used in the configuration. */
  id: string;
  name: string;
  directoryUrl: string;
  /** Only customers get an account, with a key identifier and an HMAC key (RFC 8555 §7.3.4). */
  needsBinding: boolean;
  /** Issues test certificates, which no browser trusts. */
  isStaging?: boolean;
  /** The profile with which it issues for IP addresses. */
  addressProfile?: string;
  /** Charges money, at least after the first certificate. */
  charges?: boolean;
}

export const knownAuthorities: readonly KnownAuthority[] = [
  {
    id: 'letsencrypt',
    name: "Let's Encrypt",
    directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
    needsBinding: false,
    addressProfile: 'shortlived',
  },
  {
    id: 'letsencrypt-staging',
    name: "Let's Encrypt (staging)",
    directoryUrl: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    needsBinding: false,
    isStaging: true,
    addressProfile: 'shortlived',
  },
  {
    id: 'zerossl',
    name: 'ZeroSSL',
    directoryUrl: 'https://acme.zerossl.com/v2/DV90',
    needsBinding: true,
  },
  {
    id: 'google',
    name: 'Google Trust Services',
    directoryUrl: 'https://dv.acme-v02.api.pki.goog/directory',
    needsBinding: true,
  },
  {
    id: 'actalis',
    name: 'Actalis',
    directoryUrl: 'https://acme-api.actalis.com/acme/directory',
    needsBinding: true,
  },
  {
    id: 'sslcom',
    name: 'SSL.com',
    directoryUrl: 'https://acme.ssl.com/sslcom-dv-ecc',
    needsBinding: true,
    charges: true,
  },
  {
    id: 'litessl',
    name: 'LiteSSL (TrustAsia)',
    directoryUrl: 'https://acme.litessl.com/acme/v2/directory',
    needsBinding: true,
  },
  {
    id: 'freessl',
    name: 'FreeSSL',
    directoryUrl: 'https://acmepro.freessl.cn/v2/DV',
    needsBinding: false,
  },
];

/** By id or directory URL. */
export function knownAuthority(text: string): KnownAuthority | undefined {
  return knownAuthorities.find(({ id, directoryUrl }) => id === text || directoryUrl === text);
}

import type { AddressBlock } from '../names/cidr.ts';
import { contextConstructed, contextPrimitive } from './der-values.ts';
import { boolean, der, ia5, integer, namedBits, octetString, oid, sequence } from './der-writer.ts';
import { certificateName } from './host-name.ts';
import { extendedKeyUsages, Oid } from './oids.ts';

/** An encoded extension for a certificate or a request. */
export interface Extension {
  oid: string;
  isCritical: boolean;
  /** DER of the extension's type, without the OCTET STRING around it. */
  value: Buffer;
}

export const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsageBits)[number];

/** The names that a CA certificate permits (RFC 5280 §4.2.1.10). */
export interface NameConstraints {
  permittedDnsNames: string[];
  permittedIpRanges: AddressBlock[];
  excludedDnsNames: string[];
  excludedIpRanges: AddressBlock[];
}

/** GeneralName's context tags (RFC 5280 §4.2.1.6). */
export const GeneralNameTag = {
  rfc822Name: contextPrimitive(1),
  dNSName: contextPrimitive(2),
  directoryName: contextConstructed(4),
  uniformResourceIdentifier: contextPrimitive(6),
  iPAddress: contextPrimitive(7),
} as const;

/** The SEQUENCE for `extensions` or `extensionRequest`. */
export function writeExtension({ oid: type, isCritical, value }: Extension): Buffer {
  return isCritical
    ? sequence(oid(type), boolean(true), octetString(value)) // DER omits FALSE, the default
    : sequence(oid(type), octetString(value));
}

/** Critical (RFC 5280 §4.2.1.9; Python 3.13 requires it). @param pathLength undefined for no limit. */
export function basicConstraints(isCa: boolean, pathLength?: number): Extension {
  const parts = isCa ? [boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])] : [];
  return { oid: Oid.basicConstraints, isCritical: true, value: sequence(...parts) };
}

/** Critical. */
export function keyUsage(...usages: KeyUsage[]): Extension {
  const bits = usages.map((usage) => keyUsageBits.indexOf(usage));
  return { oid: Oid.keyUsage, isCritical: true, value: namedBits(bits) };
}

/** Not critical. @param purposes names (`serverAuth`) or dotted OIDs. */
export function extKeyUsage(...purposes: string[]): Extension {
  const known = new Map(Object.entries(extendedKeyUsages).map(([dotted, name]) => [name, dotted]));
  const oids = purposes.map((purpose) => oid(known.get(purpose) ?? purpose));
  return { oid: Oid.extKeyUsage, isCritical: false, value: sequence(...oids) };
}

/**
 * @param names DNS names, including wildcards, and IP addresses.
 * @param isCritical must be true if the subject is empty (RFC 5280 §4.2.1.6).
 * @throws EveryhopError `x509.name-invalid`.
 */
export function subjectAltName(names: readonly string[], isCritical: boolean): Extension {
  const generalNames = names.map((text) => {
    const name = certificateName(text);
    return name.kind === 'ip' ? der(GeneralNameTag.iPAddress, name.octets) : ia5(GeneralNameTag.dNSName, name.text);
  });
  return { oid: Oid.subjectAltName, isCritical, value: sequence(...generalNames) };
}

export function subjectKeyIdentifier(identifier: Uint8Array): Extension {
  return { oid: Oid.subjectKeyIdentifier, isCritical: false, value: octetString(identifier) };
}

/** Only the key identifier: with issuer and serial, the chain would break when the issuer is reissued. */
export function authorityKeyIdentifier(identifier: Uint8Array): Extension {
  return {
    oid: Oid.authorityKeyIdentifier,
    isCritical: false,
    value: sequence(der(contextPrimitive(0), identifier)),
  };
}

/** Critical. For TLS-ALPN-01 (RFC 8737 §3). @param digest SHA-256 of the key authorization. */
export function acmeIdentifier(digest: Uint8Array): Extension {
  return { oid: Oid.acmeIdentifier, isCritical: true, value: octetString(digest) };
}

/** Critical. */
export function nameConstraints(constraints: NameConstraints): Extension {
  const permitted = subtrees(constraints.permittedDnsNames, constraints.permittedIpRanges);
  const excluded = subtrees(constraints.excludedDnsNames, constraints.excludedIpRanges);
  const parts = [
    ...(permitted.length > 0 ? [der(contextConstructed(0), ...permitted)] : []),
    ...(excluded.length > 0 ? [der(contextConstructed(1), ...excluded)] : []),
  ];
  return { oid: Oid.nameConstraints, isCritical: true, value: sequence(...parts) };
}

function subtrees(dnsNames: readonly string[], ipRanges: readonly AddressBlock[]): Buffer[] {
  return [
    ...dnsNames.map((name) => sequence(ia5(GeneralNameTag.dNSName, name))),
    ...ipRanges.map(({ address, mask }) => sequence(der(GeneralNameTag.iPAddress, address, mask))),
  ];
}

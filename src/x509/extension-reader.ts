import { EveryhopError } from '../base/errors.ts';
import { formatAddress } from '../names/address.ts';
import type { AddressBlock } from '../names/cidr.ts';
import { type DerElement, DerReader } from './der-reader.ts';
import {
  contextConstructed,
  contextPrimitive,
  readAscii,
  readBoolean,
  readNamedBits,
  readOid,
  readSmallInteger,
  Tag,
} from './der-values.ts';
import { GeneralNameTag, type KeyUsage, keyUsageBits, type NameConstraints } from './extension.ts';
import { x509Error } from './messages.ts';
import { extendedKeyUsages, Oid } from './oids.ts';

/** The parsed extensions of a certificate or a request. */
export interface ExtensionFacts {
  /** All extensions in order, including unknown ones. */
  extensions: { oid: string; isCritical: boolean }[];
  /** dNSName entries of subjectAltName, unchanged. */
  dnsNames: string[];
  /** iPAddress entries of subjectAltName, as canonical text. */
  ipAddresses: string[];
  /** subjectAltName contains other kinds of names. */
  hasOtherNames: boolean;
  isCa: boolean;
  /** pathLenConstraint. */
  pathLength: number | undefined;
  keyUsage: KeyUsage[] | undefined;
  /** Names if known (`serverAuth`), else dotted OIDs. */
  extendedKeyUsage: string[] | undefined;
  /** Hex. */
  subjectKeyId: string | undefined;
  authorityKeyId: string | undefined;
  nameConstraints: NameConstraints | undefined;
}

export function noExtensions(): ExtensionFacts {
  return {
    extensions: [],
    dnsNames: [],
    ipAddresses: [],
    hasOtherNames: false,
    isCa: false,
    pathLength: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    nameConstraints: undefined,
  };
}

/** Reads SEQUENCE OF Extension. @throws EveryhopError `x509.der-*`, `x509.malformed`. */
export function readExtensions(list: DerElement): ExtensionFacts {
  const facts = noExtensions();
  for (const reader = list.inside(); !reader.done;) {
    const extension = reader.next(Tag.sequence).inside();
    const type = extension.next(Tag.oid);
    const oid = readOid(type);
    const critical = extension.optional(Tag.boolean);
    const value = extension.next(Tag.octetString);
    extension.finish();
    if (facts.extensions.some((other) => other.oid === oid)) throw malformed(type, 'extensions');
    facts.extensions.push({ oid, isCritical: critical !== undefined && readBoolean(critical) });
    readKnown(oid, value, facts);
  }
  return facts;
}

function malformed(element: DerElement, field: string): EveryhopError {
  return x509Error('x509.malformed', { field, offset: element.offset });
}

function readKnown(oid: string, octets: DerElement, facts: ExtensionFacts): void {
  const read = readers[oid];
  if (!read) return;
  const inner = octets.inside();
  read(inner, facts);
  inner.finish();
}

const readers: Record<string, (reader: DerReader, facts: ExtensionFacts) => void> = {
  [Oid.basicConstraints]: readBasicConstraints,
  [Oid.keyUsage]: (reader, facts) => {
    const bits = readNamedBits(reader.next(Tag.bitString));
    facts.keyUsage = bits.flatMap((bit) => keyUsageBits[bit] ?? []);
  },
  [Oid.extKeyUsage]: (reader, facts) => {
    facts.extendedKeyUsage = [];
    for (const purposes = reader.next(Tag.sequence).inside(); !purposes.done;) {
      const purpose = readOid(purposes.next(Tag.oid));
      facts.extendedKeyUsage.push(extendedKeyUsages[purpose] ?? purpose);
    }
  },
  [Oid.subjectKeyIdentifier]: (reader, facts) => {
    facts.subjectKeyId = reader.next(Tag.octetString).contents.toString('hex');
  },
  [Oid.authorityKeyIdentifier]: (reader, facts) => {
    const identifier = reader.next(Tag.sequence).inside();
    facts.authorityKeyId = identifier.optional(contextPrimitive(0))?.contents.toString('hex');
  },
  [Oid.subjectAltName]: readSubjectAltName,
  [Oid.nameConstraints]: readNameConstraints,
};

function readBasicConstraints(reader: DerReader, facts: ExtensionFacts): void {
  const fields = reader.next(Tag.sequence).inside();
  const isCa = fields.optional(Tag.boolean);
  const pathLength = fields.optional(Tag.integer);
  fields.finish();
  facts.isCa = isCa !== undefined && readBoolean(isCa);
  facts.pathLength = pathLength && readSmallInteger(pathLength);
}

function readSubjectAltName(reader: DerReader, facts: ExtensionFacts): void {
  for (const names = reader.next(Tag.sequence).inside(); !names.done;) {
    const name = names.next();
    if (name.tag === GeneralNameTag.dNSName) facts.dnsNames.push(readAscii(name));
    else if (name.tag === GeneralNameTag.iPAddress) facts.ipAddresses.push(readIpAddress(name));
    else facts.hasOtherNames = true;
  }
}

function readIpAddress(name: DerElement): string {
  if (name.contents.length !== 4 && name.contents.length !== 16) throw malformed(name, 'iPAddress');
  return formatAddress(name.contents);
}

function readNameConstraints(reader: DerReader, facts: ExtensionFacts): void {
  const fields = reader.next(Tag.sequence).inside();
  const permitted = readSubtrees(fields.optional(contextConstructed(0)));
  const excluded = readSubtrees(fields.optional(contextConstructed(1)));
  fields.finish();
  facts.nameConstraints = {
    permittedDnsNames: permitted.dnsNames,
    permittedIpRanges: permitted.ipRanges,
    excludedDnsNames: excluded.dnsNames,
    excludedIpRanges: excluded.ipRanges,
  };
}

function readSubtrees(list: DerElement | undefined): { dnsNames: string[]; ipRanges: AddressBlock[] } {
  const dnsNames: string[] = [];
  const ipRanges: AddressBlock[] = [];
  if (!list) return { dnsNames, ipRanges };
  for (const reader = list.inside(); !reader.done;) {
    const base = reader.next(Tag.sequence).inside().next();
    if (base.tag === GeneralNameTag.dNSName) dnsNames.push(readAscii(base));
    if (base.tag === GeneralNameTag.iPAddress) ipRanges.push(readIpRange(base));
  }
  return { dnsNames, ipRanges };
}

function readIpRange(base: DerElement): AddressBlock {
  const half = base.contents.length / 2;
  if (half !== 4 && half !== 16) throw malformed(base, 'iPAddress');
  return { address: base.contents.subarray(0, half), mask: base.contents.subarray(half) };
}

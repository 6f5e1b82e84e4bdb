import * as z from 'zod';
import type { Reading } from '../reading.ts';
import { list, mapping, problem, reading, text } from '../values.ts';

/** Which client certificates admit a visitor: all that the site accepts, or these. */
export type AccessCertificates = true | CertificateList;

export interface CertificateList {
  /** Distinguished names (RFC 4514), as Everyhop sends them to the app and writes them to the log. */
  subjects: string[];
  /** SHA-256, lower-case hex. */
  fingerprints: string[];
}

const subject = text.transform(
  reading((input): Reading<string> => {
    const isName = /^[A-Za-z0-9.]+=[^/]/.test(input) && !/[\0-\x1f\x7f]/.test(input);
    return isName ? { value: input.replace(/(?<!\\),\s+/g, ',') } : { problem: 'config.bad-subject' };
  }),
);

const fingerprint = text.transform(
  reading((input): Reading<string> => {
    const digits = input
      .replace(/^sha256:/i, '')
      .replaceAll(':', '')
      .toLowerCase();
    return /^[\da-f]{64}$/.test(digits) ? { value: digits } : { problem: 'config.bad-fingerprint' };
  }),
);

export const accessCertificatesKeys = {
  subjects: list(subject).optional().meta({ description: 'Subjects of certificates, such as CN=laptop,O=Example.' }),
  fingerprints: list(fingerprint).optional().meta({ description: 'SHA-256 fingerprints of certificates.' }),
};

export const accessCertificatesShape = z
  .union(
    [
      z.literal(true),
      mapping(accessCertificatesKeys).refine(
        ({ subjects, fingerprints }) => subjects !== undefined || fingerprints !== undefined,
        { ...problem('config.bad-access-certificates'), when: ({ issues }) => issues.length === 0 },
      ),
    ],
    problem('config.bad-access-certificates'),
  )
  .meta({
    description:
      "Client certificates admit: true for all that the site's client_certificates accept, or a list of subjects or fingerprints.",
  });

export function toAccessCertificates(content: z.output<typeof accessCertificatesShape>): AccessCertificates {
  return content === true ? true : { subjects: content.subjects ?? [], fingerprints: content.fingerprints ?? [] };
}

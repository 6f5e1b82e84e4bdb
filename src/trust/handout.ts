/** Files and a page for phones and other computers, so that they trust the private root. */
import type { Language } from '../base/language.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { decodePem, encodePem } from '../x509/pem.ts';
import { handoutWords } from './handout/messages.ts';
import { mobileconfig } from './handout/mobileconfig.ts';
import { handoutPage, handoutPaths, type PageFacts, pagePolicy } from './handout/page.ts';
import { scopeOf } from './handout/scope.ts';

export { handoutPaths } from './handout/page.ts';

/** A file to serve. */
export interface HandoutDocument {
  path: string;
  type: string;
  /** Further header fields: names and values alternate. */
  fields: string[];
  bodies: Record<Language, Buffer>;
}

/**
 * The documents for one root. The same arguments make the same bytes.
 * @param rootPem the root certificate.
 * @param place how other machines reach this one.
 */
export function handoutOf(rootPem: string, place: Pick<PageFacts, 'host' | 'origin' | 'httpsPort'>): HandoutDocument[] {
  const certificate = parseCertificate(decodePem(rootPem)[0]!.der);
  const { der, fingerprint, notAfterMs } = certificate;
  const root = certificate.subject.commonName ?? certificate.subject.text;
  const facts: PageFacts = { ...place, root, fingerprint, notAfterMs, scope: scopeOf(certificate.nameConstraints) };
  const inEach = (make: (language: Language) => string | Buffer): HandoutDocument['bodies'] => ({
    en: Buffer.from(make('en')),
    zh: Buffer.from(make('zh')),
  });
  const attached = (name: string): string[] => ['Content-Disposition', `attachment; filename="${name}"`];
  const profile = inEach((language) =>
    mobileconfig(
      { der, fingerprint, name: root },
      {
        displayName: handoutWords.say(language, 'handout.profile.name', { host: place.host }),
        description: handoutWords.say(language, 'handout.profile.description', { root, host: place.host }),
      },
    ),
  );
  return [
    {
      path: handoutPaths.page,
      type: 'text/html; charset=utf-8',
      fields: ['Content-Security-Policy', pagePolicy, 'Referrer-Policy', 'no-referrer'],
      bodies: inEach((language) => handoutPage(language, facts)),
    },
    {
      path: handoutPaths.crt,
      type: 'application/x-x509-ca-cert',
      fields: attached('root.crt'),
      bodies: inEach(() => der),
    },
    {
      path: handoutPaths.pem,
      type: 'application/x-pem-file',
      fields: attached('root.pem'),
      bodies: inEach(() => encodePem('CERTIFICATE', der)),
    },
    // Safari on iOS takes a profile only as a page, not as a download.
    { path: handoutPaths.profile, type: 'application/x-apple-aspen-config', fields: [], bodies: profile },
  ];
}

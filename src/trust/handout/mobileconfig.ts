import { createHash } from 'node:crypto';

/** The root for a configuration profile. */
export interface ProfileRoot {
  der: Buffer;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
  /** Common name; iOS shows it in the list of roots to trust. */
  name: string;
}

/** What iOS and macOS show before they install the profile. */
export interface ProfileTexts {
  displayName: string;
  description: string;
}

type Plist = string | number | boolean | Buffer | Plist[] | { [key: string]: Plist };

/**
 * A configuration profile with one root certificate, for iOS, iPadOS and macOS (Apple: "Configuration Profile Reference",
 * `com.apple.security.root`). The same root always makes the same profile, so installing it again replaces it.
 */
export function mobileconfig({ der, fingerprint, name }: ProfileRoot, texts: ProfileTexts): string {
  const identifier = `everyhop.root.${fingerprint.slice(0, 16)}`;
  return plistDocument({
    PayloadContent: [
      {
        PayloadCertificateFileName: 'root.cer',
        PayloadContent: der,
        PayloadDescription: texts.description,
        PayloadDisplayName: name,
        PayloadIdentifier: `${identifier}.certificate`,
        PayloadType: 'com.apple.security.root',
        PayloadUUID: uuidFrom(`certificate ${fingerprint}`),
        PayloadVersion: 1,
      },
    ],
    PayloadDescription: texts.description,
    PayloadDisplayName: texts.displayName,
    PayloadIdentifier: identifier,
    PayloadOrganization: 'Everyhop',
    PayloadRemovalDisallowed: false,
    PayloadType: 'Configuration',
    PayloadUUID: uuidFrom(`profile ${fingerprint}`),
    PayloadVersion: 1,
  });
}

/** A UUID of version 8 (RFC 9562 §5.8): bits of a hash. */
function uuidFrom(text: string): string {
  const octets = createHash('sha256').update(`everyhop ${text}`).digest().subarray(0, 16);
  octets[6] = (octets[6]! & 0x0f) | 0x80;
  octets[8] = (octets[8]! & 0x3f) | 0x80;
  const hex = octets.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function plistDocument(content: Plist): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(content)}
</plist>
`;
}

function element(value: Plist): string {
  if (typeof value === 'string') return `<string>${escapeXml(value)}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (Buffer.isBuffer(value)) return `<data>\n${value.toString('base64').replace(/.{76}/g, '$&\n')}\n</data>`;
  if (Array.isArray(value)) return `<array>\n${value.map(element).join('\n')}\n</array>`;
  const entries = Object.entries(value).map(([key, one]) => `<key>${escapeXml(key)}</key>\n${element(one)}`);
  return `<dict>\n${entries.join('\n')}\n</dict>`;
}

/** XML 1.0 has no control characters but tab and line ends, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Object identifiers, named as in RFC 5280, 3279, 5480 and 8410. */
export const Oid = {
  commonName: '2.5.4.3',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  serialNumber: '2.5.4.5',
  domainComponent: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',

  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',

  extensionRequest: '1.2.840.113549.1.9.14',

  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',

  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  sha512WithRsa: '1.2.840.113549.1.1.13',
} as const;

/** Short names of name attributes (RFC 4514). */
export const attributeNames: Readonly<Record<string, string>> = {
  [Oid.commonName]: 'CN',
  [Oid.countryName]: 'C',
  [Oid.localityName]: 'L',
  [Oid.stateOrProvinceName]: 'ST',
  [Oid.organizationName]: 'O',
  [Oid.organizationalUnitName]: 'OU',
  [Oid.domainComponent]: 'DC',
  [Oid.serialNumber]: 'serialNumber',
  [Oid.emailAddress]: 'emailAddress',
};

export const extendedKeyUsages: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

export const signatureAlgorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  [Oid.sha256WithRsa]: 'sha256WithRSAEncryption',
  [Oid.sha384WithRsa]: 'sha384WithRSAEncryption',
  [Oid.sha512WithRsa]: 'sha512WithRSAEncryption',
  [Oid.rsassaPss]: 'rsassaPss',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  [Oid.ecdsaWithSha256]: 'ecdsa-with-SHA256',
  [Oid.ecdsaWithSha384]: 'ecdsa-with-SHA384',
  [Oid.ecdsaWithSha512]: 'ecdsa-with-SHA512',
  [Oid.ed25519]: 'Ed25519',
  [Oid.ed448]: 'Ed448',
};

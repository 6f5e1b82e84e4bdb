/** File formats that people mistake for a file of certificates. `command` extracts the certificates from FILE. */
export type Container = { format: 'JKS' | 'PKCS#12' | 'PKCS#7'; command: string } | { format: 'private key' };

/** Identifier and length of a SEQUENCE; in BER the length may be left open, as Windows and NSS write it. */
const sequence = '30(?:80|[0-7].|81..|82.{4}|83.{6}|84.{8})';
/** `id-data`, `id-signedData` and their like (RFC 5652 §4). */
const pkcs7Type = '06092a864886f70d0107';
const pkcs12 = new RegExp(`^${sequence}020103${sequence}${pkcs7Type}`); // RFC 7292 §4
const pkcs7 = new RegExp(`^${sequence}${pkcs7Type}`);
/** PKCS#8, PKCS#1 and SEC 1 begin with a number; a certificate never does. */
const privateKey = new RegExp(`^${sequence}02010[01]`);

/** Looks only at the first bytes, so it also recognises a truncated file. undefined: none of these formats. */
export function containerOf(bytes: Buffer): Container | undefined {
  const start = bytes.toString('hex', 0, 64);
  if (/^(?:feedfeed|cececece)/.test(start)) {
    return { format: 'JKS', command: 'keytool -list -rfc -keystore FILE > roots.pem' };
  }
  if (pkcs12.test(start)) {
    return { format: 'PKCS#12', command: 'openssl pkcs12 -in FILE -nokeys -cacerts -out roots.pem' };
  }
  if (pkcs7.test(start)) {
    return { format: 'PKCS#7', command: 'openssl pkcs7 -inform DER -in FILE -print_certs -out roots.pem' };
  }
  return privateKey.test(start) ? { format: 'private key' } : undefined;
}

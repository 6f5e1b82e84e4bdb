import type { Phrase } from '../base/language.ts';
import { edgeWords } from './messages.ts';

/** Why OpenSSL does not accept certificates, keys or roots. @param code from Node, for example `ERR_SSL_EE_KEY_TOO_SMALL`. */
export function tlsProblem(code = 'ERR_UNKNOWN'): Phrase {
  if (code.endsWith('KEY_VALUES_MISMATCH')) return edgeWords('edge.tls.key-mismatch', {});
  if (code.endsWith('KEY_TOO_SMALL')) return edgeWords('edge.tls.key-too-short', { code });
  if (code.endsWith('MD_TOO_WEAK')) return edgeWords('edge.tls.hash-too-weak', { code });
  if (/^ERR_OSSL_(?:PEM|ASN1|X509|EVP|UNSUPPORTED)/.test(code)) return edgeWords('edge.tls.unreadable', { code });
  return edgeWords('edge.tls.other', { code });
}

import { EveryhopError } from '../../base/errors.ts';
import type { Wording } from '../../base/language.ts';
import { Secret } from '../../base/redact.ts';
import { canonicalName } from '../../dns/name.ts';
import { dns01Error, dns01Words } from './messages.ts';
import { type TsigAlgorithm, type TsigKey, tsigAlgorithms } from './tsig.ts';

/**
 * Reads the first `key` statement, in the format of `tsig-keygen`.
 * @param file for the place in errors.
 * @throws EveryhopError `acme-dns.key-file-invalid`, `dns.name-invalid`
 */
export function readTsigKey(text: string, file: string): TsigKey {
  const invalid = (reason: Wording): EveryhopError =>
    dns01Error('acme-dns.key-file-invalid', { reason }, { place: { file } });
  const statement = /\bkey\s+"?([^\s"{]+)"?\s*\{([^}]{0,2000})\}/.exec(withoutComments(text));
  if (!statement) throw invalid(dns01Words('acme-dns.no-key-statement', {}));
  const [, name = '', body = ''] = statement;
  const valueOf = (word: string): string | undefined =>
    new RegExp(String.raw`(?:^|[\s;])${word}\s+"?([^\s";]+)"?\s*;`).exec(body)?.[1];
  const algorithm = valueOf('algorithm')?.toLowerCase() ?? '';
  if (!Object.hasOwn(tsigAlgorithms, algorithm)) {
    throw invalid(dns01Words('acme-dns.no-algorithm', { names: Object.keys(tsigAlgorithms).join(', ') }));
  }
  const secret = valueOf('secret') ?? '';
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret)) {
    throw invalid(dns01Words('acme-dns.no-secret', {}));
  }
  const octets = new Secret(Buffer.from(secret, 'base64'));
  return { name: canonicalName(name), algorithm: algorithm as TsigAlgorithm, secret: octets };
}

function withoutComments(text: string): string {
  return text.replace(/"[^"]*"|\/\*[^]*?(?:\*\/|$)|(?:\/\/|#).*/g, (piece) => (piece.startsWith('"') ? piece : ' '));
}

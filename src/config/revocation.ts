import { EveryhopError, type Place } from '../base/errors.ts';
import { readBytes } from '../base/files.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { decodePem } from '../x509/pem.ts';
import { isListOf, readRevocationLists, type RevocationList } from '../x509/revocation-list.ts';
import type { FileProblem } from './configuration.ts';
import { configError } from './messages.ts';

/**
 * Checks the revocation lists for client certificates. OpenSSL refuses every client of an authority without a list, so each
 * authority among the roots needs one.
 * @param rootsPem undefined: cannot be read, and is reported elsewhere.
 * @param files with the place of each in the configuration, and its key.
 */
export async function revocationProblems(
  rootFile: string,
  rootsPem: string | undefined,
  files: readonly { file: string; key: string; place: Place | undefined }[],
): Promise<FileProblem[]> {
  const authorities = authoritiesIn(rootsPem);
  const problems: FileProblem[] = [];
  const covered = new Set<Certificate>();
  for (const { file, key, place } of files) {
    const options = place ? { place } : {};
    const params = { key, file };
    const problem = (error: EveryhopError): void => void problems.push({ file, error });
    let lists: RevocationList[];
    try {
      lists = readRevocationLists(await readBytes(file));
    } catch (error) {
      if (!(error instanceof EveryhopError)) throw error;
      problem(error.code.startsWith('x509.') ? configError('config.crl-unreadable', params, options) : error.at(place));
      continue;
    }
    if (lists.length === 0) problem(configError('config.crl-unreadable', params, options));
    for (const list of lists) {
      const issuer = list.issuer.text;
      if (list.isDelta) problem(configError('config.crl-delta', { ...params, issuer }, options));
      const signers = authorities?.filter((authority) => isListOf(list, authority));
      for (const signer of signers ?? []) covered.add(signer);
      if (signers?.length === 0)
        problem(configError('config.crl-foreign', { ...params, issuer, root: rootFile }, options));
    }
  }
  const uncovered = problems.length > 0 ? undefined : authorities?.find((authority) => !covered.has(authority));
  const [first] = files;
  if (!uncovered || !first) return problems;
  const { file, key, place } = first;
  const params = { key, authority: uncovered.subject.text, root: rootFile };
  return [{ file, error: configError('config.crl-missing', params, place ? { place } : {}) }];
}

/** undefined: not readable. */
function authoritiesIn(pem: string | undefined): Certificate[] | undefined {
  try {
    const blocks = decodePem(pem ?? '').filter(({ label }) => /^(?:TRUSTED )?CERTIFICATE$/.test(label));
    return blocks.length === 0 ? undefined : blocks.map(({ der }) => parseCertificate(der));
  } catch (error) {
    if (error instanceof EveryhopError) return undefined;
    throw error;
  }
}

import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { EveryhopError } from '../base/errors.ts';
import type { Configuration } from './configuration.ts';
import { configError } from './messages.ts';
import type { Path, Source } from './source.ts';

/** As `readText` in base/files. */
export type ReadText = (file: string, limitBytes?: number) => Promise<string>;

/** Checks root certificate files when the configuration is loaded, so mistakes show before anything changes. */
export async function rootProblems(
  configuration: Pick<Configuration, 'sites' | 'authorities'>,
  source: Source,
  readText: ReadText,
): Promise<EveryhopError[]> {
  const siteRoots = configuration.sites.flatMap((site, index) => {
    const base: Path = ['sites', index];
    const upstreams = site.routes.map(({ upstream }, position) => ({
      file: upstream.rootFile,
      candidates: [
        [...base, 'routes', position, 'upstream_root'],
        [...base, 'upstream_root'],
      ],
    }));
    const clients = { file: site.clientCertificates?.rootFile, candidates: [[...base, 'client_certificates', 'root']] };
    return [...upstreams, clients];
  });
  const authorityRoots = Object.entries(configuration.authorities).map(([name, { rootFile }]) => ({
    file: rootFile,
    candidates: [['authorities', name, 'root'] as Path],
  }));
  const found = await Promise.all(
    [...siteRoots, ...authorityRoots].map(async ({ file, candidates }) => {
      if (file === undefined) return undefined;
      const where = candidates.find((candidate) => source.has(candidate)) ?? candidates[0]!;
      return rootProblem(file, where, source, readText);
    }),
  );
  return found.filter((problem) => problem !== undefined);
}

async function rootProblem(
  file: string,
  where: Path,
  source: Source,
  readText: ReadText,
): Promise<EveryhopError | undefined> {
  const place = source.placeOf(where);
  const options = place ? { place } : {};
  const key = source.nameOf(where);
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return error.at(place);
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return configError('config.root-holds-key', { key, file }, options);
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*(-----END CERTIFICATE-----)?/g);
  if (!blocks) return configError('config.root-has-no-certificate', { key, file }, options);
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (broken < 0) return undefined;
  return configError('config.root-is-broken', { key, file, position: broken + 1 }, options);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

export function resolveFrom(folder: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(folder, file);
}

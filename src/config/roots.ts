import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { EveryhopError } from '../base/errors.ts';
import type { Configuration, FileProblem } from './configuration.ts';
import { readFieldValue } from './field.ts';
import { configError } from './messages.ts';
import type { NamedFile } from './named-file.ts';
import { routeFiles } from './route-files.ts';
import type { Path, Source } from './source.ts';

/** As `readText` in base/files. */
export type ReadText = (file: string, limitBytes?: number) => Promise<string>;

/** Checks root certificate files and MAC keys when the configuration is loaded, so mistakes show before anything changes. */
export async function findFileProblems(
  configuration: Pick<Configuration, 'sites' | 'authorities'>,
  source: Source,
  readText: ReadText,
): Promise<FileProblem[]> {
  const siteRoots = configuration.sites.flatMap((site, index) => {
    const base: Path = ['sites', index];
    const upstreams = site.routes.flatMap((route, position) =>
      route.upstreams.map(({ rootFile }) => ({
        file: rootFile,
        candidates: [
          [...base, 'routes', position, 'upstream_root'],
          [...base, 'upstream_root'],
        ],
        problemOf: rootProblem,
      })),
    );
    const clients = {
      file: site.clientCertificates?.rootFile,
      candidates: [[...base, 'client_certificates', 'root']],
      problemOf: rootProblem,
    };
    return [...upstreams, clients];
  });
  const ofAuthorities = Object.entries(configuration.authorities).flatMap(([name, { rootFile, binding }]) => [
    { file: rootFile, candidates: [['authorities', name, 'root'] as Path], problemOf: rootProblem },
    {
      file: binding?.macKeyFile,
      candidates: [['authorities', name, 'mac_key_file'] as Path],
      problemOf: readingProblem,
    },
  ]);
  const found = await Promise.all(
    [...siteRoots, ...ofAuthorities].map(async ({ file, candidates, problemOf }) => {
      if (file === undefined) return [];
      const where = candidates.find((candidate) => source.has(candidate)) ?? candidates[0]!;
      const named = { file, key: source.nameOf(where), place: source.placeOf(where) };
      const error = await problemOf(named, readText);
      return error ? [{ file, error }] : [];
    }),
  );
  const ofRoutes = configuration.sites.flatMap(({ routes }) => routes.flatMap(routeFiles));
  const foundInRoutes = await Promise.all(
    ofRoutes.map(async ({ named, content }) => {
      const error = await problemsOfContent[content](named, readText);
      return error ? [{ file: named.file, error }] : [];
    }),
  );
  return [...found, ...foundInRoutes].flat();
}

async function readingProblem({ file, place }: NamedFile, readText: ReadText): Promise<EveryhopError | undefined> {
  try {
    await readText(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return error.at(place);
  }
}

async function secretProblem(named: NamedFile, readText: ReadText): Promise<EveryhopError | undefined> {
  const { file, key, place } = named;
  const problem = await readingProblem(named, readText);
  if (problem || (await readText(file)).trim() !== '') return problem;
  return configError('config.secret-empty', { key, file }, place ? { place } : {});
}

/** The value of a header field. */
async function fieldProblem(named: NamedFile, readText: ReadText): Promise<EveryhopError | undefined> {
  const { file, key, place } = named;
  const problem = await secretProblem(named, readText);
  if (problem || 'value' in readFieldValue((await readText(file)).trim())) return problem;
  return configError('config.bad-field-file', { key, file }, place ? { place } : {});
}

const problemsOfContent = { roots: rootProblem, secret: secretProblem, field: fieldProblem };

async function rootProblem({ file, key, place }: NamedFile, readText: ReadText): Promise<EveryhopError | undefined> {
  const options = place ? { place } : {};
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

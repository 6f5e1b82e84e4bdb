import { profileOf } from '../apps/profiles.ts';
import { conflictWith } from '../apps/sub-path.ts';
import { EveryhopError, isError } from '../base/errors.ts';
import { readBytes, readText } from '../base/files.ts';
import { readCertificateFiles } from '../certificates/from-files.ts';
import { requireFiles } from '../config/build.ts';
import type { Configuration, FileProblem, Site } from '../config/configuration.ts';
import { upstreamText } from '../config/upstream.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import { loadConfiguration } from './configuration.ts';
import { readRevocationLists } from '../x509/revocation-list.ts';
import { crlFilesOf, listFindings } from './revocation.ts';
import { readUsersFile, usersFilesOf } from './users.ts';
import { wideProxies } from './serve/wide-proxies.ts';
import { clock } from './system.ts';

/**
 * Reads `everyhop.yaml` and every file that it names, as `up` would.
 * @returns warnings about certificate files that `up` would serve, although clients object to them, and about revocation lists.
 * @throws ConfigurationError with every mistake and its place, files that cannot be used included.
 * @throws EveryhopError `file.*` if the file itself cannot be read.
 */
export async function checkConfiguration(
  file: string,
): Promise<{ configuration: Configuration & { file: string }; findings: Finding[] }> {
  const configuration = await loadConfiguration(file, { readText });
  const findings: Finding[] = wideProxies(configuration.trustedProxies);
  const found = [
    ...configuration.sites.map((site) => certificateProblem(site, findings)),
    ...(configuration.trust?.rootFiles ?? []).map((root) => rootProblem(root)),
  ];
  for (const file of new Set(configuration.sites.flatMap((site) => crlFilesOf(site)))) {
    if (configuration.fileProblems.some((problem) => problem.file === file)) continue;
    findings.push(...listFindings(file, readRevocationLists(await readBytes(file)), clock.now()));
  }
  for (const named of configuration.sites.flatMap(usersFilesOf)) {
    const { warnings } = await readUsersFile(named);
    findings.push(...warnings.map((error) => new Fault('warning', error)));
  }
  findings.push(...configuration.sites.flatMap(subPathProblems));
  const fileProblems = [...configuration.fileProblems, ...(await Promise.all(found)).flat()];
  requireFiles({ fileProblems }, configuration.file);
  return { configuration, findings };
}

/** What is certain without a visit to the app. */
function subPathProblems({ hosts, routes }: Site): Fault[] {
  return routes.flatMap(({ path, stripPath, app, upstreams: [upstream] }) => {
    if (app === undefined || path === '/' || !upstream) return [];
    const route = { host: hosts[0]!, path, stripPath };
    return conflictWith(profileOf(app), upstreamText(upstream), route) ?? [];
  });
}

async function certificateProblem({ hosts, certificateFiles }: Site, findings: Finding[]): Promise<FileProblem[]> {
  if (!certificateFiles) return [];
  try {
    const nowMs = clock.now();
    const certificate = await readCertificateFiles(hosts, certificateFiles, nowMs);
    findings.push(...certificate.findingsAt(nowMs).map((finding) => new Fault('warning', finding.error)));
    return [];
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return [{ file: certificateFiles.chainFile, error }];
  }
}

/** A root may also be a folder. */
async function rootProblem(file: string): Promise<FileProblem[]> {
  try {
    await readBytes(file);
    return [];
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return isError(error, 'file.is-folder') ? [] : [{ file, error }];
  }
}

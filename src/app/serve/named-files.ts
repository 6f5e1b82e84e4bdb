import { EveryhopError } from '../../base/errors.ts';
import { readBytes, readText } from '../../base/files.ts';
import { Secret } from '../../base/redact.ts';
import type { ResolvedAuthority } from '../../certificates/issuers.ts';
import { requireFiles } from '../../config/build.ts';
import type { AuthoritySettings, Configuration, Site } from '../../config/configuration.ts';
import { routeFiles } from '../../config/route-files.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { readRevocationLists, type RevocationList, revocationListPem } from '../../x509/revocation-list.ts';
import { crlFilesOf, listFindings } from '../revocation.ts';
import { readUsersFile, type UsersFile, usersFilesOf, usersFindings } from '../users.ts';
import { clock } from '../system.ts';

/** Root certificates and secrets. */
function textFilesOf({ clientCertificates, routes }: Site): string[] {
  return [
    ...(clientCertificates ? [clientCertificates.rootFile] : []),
    ...routes.flatMap(({ upstreams }) => upstreams.flatMap(({ rootFile }) => rootFile ?? [])),
    ...routes.flatMap((route) => routeFiles(route).map(({ named }) => named.file)),
  ];
}

function textFiles({ sites }: Configuration): string[] {
  return [...new Set(sites.flatMap(textFilesOf))];
}

function authorityFiles(authorities: readonly AuthoritySettings[]): string[] {
  return authorities.flatMap(({ rootFile, binding }) => [
    ...(rootFile === undefined ? [] : [rootFile]),
    ...(binding ? [binding.macKeyFile] : []),
  ]);
}

function crlFiles({ sites }: Configuration): string[] {
  return [...new Set(sites.flatMap(crlFilesOf))];
}

/** Every file that the configuration names, each once, including key files. */
export function namedFiles(configuration: Configuration): string[] {
  const certificateFiles = configuration.sites.flatMap(({ certificateFiles: files }) =>
    files ? [files.chainFile, files.keyFile] : [],
  );
  const ofAuthorities = authorityFiles(Object.values(configuration.authorities));
  const users = configuration.sites.flatMap((site) => usersFilesOf(site).map(({ file }) => file));
  return [
    ...new Set([
      ...textFiles(configuration),
      ...crlFiles(configuration),
      ...users,
      ...certificateFiles,
      ...ofAuthorities,
    ]),
  ];
}

/**
 * Files that Everyhop reads: roots, MAC keys, revocation lists, users. A file that can no longer be used keeps its last good content; a
 * users file does not, since its users may have lost their access.
 */
export class NamedFiles {
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, RevocationList[]>();
  readonly #users = new Map<string, UsersFile>();
  #problems = new Map<string, EveryhopError>();

  /** Reads the files of a configuration. Never rejects for a file that cannot be used. */
  async read(configuration: Configuration): Promise<void> {
    const problems = new Map(configuration.fileProblems.map(({ file, error }) => [file, error]));
    for (const file of [...textFiles(configuration), ...authorityFiles(Object.values(configuration.authorities))]) {
      if (problems.has(file)) continue;
      try {
        this.#texts.set(file, await readText(file));
      } catch (error) {
        if (!(error instanceof EveryhopError)) throw error;
        problems.set(file, error);
      }
    }
    for (const file of crlFiles(configuration)) {
      if (problems.has(file)) continue;
      try {
        this.#lists.set(file, readRevocationLists(await readBytes(file)));
      } catch (error) {
        if (!(error instanceof EveryhopError)) throw error;
        problems.set(file, error);
      }
    }
    this.#users.clear();
    for (const named of configuration.sites.flatMap(usersFilesOf)) {
      this.#users.set(named.file, await readUsersFile(named));
      problems.delete(named.file);
    }
    this.#problems = problems;
  }

  /** The usable root files of a site's authorities, with their text. */
  authorityRoots({ certificate = [] }: Site, { authorities }: Configuration): Map<string, string> {
    const files = certificate.flatMap((name) => authorities[name]?.rootFile ?? []);
    return new Map(files.flatMap((file) => (this.#texts.has(file) ? [[file, this.#texts.get(file)!] as const] : [])));
  }

  /** undefined: it has never been usable. */
  textOf(file: string): string | undefined {
    return this.#texts.get(file);
  }

  /** Revocation lists, PEM; undefined: the file has never been usable. */
  listsOf(file: string): string[] | undefined {
    return this.#lists.get(file)?.map(revocationListPem);
  }

  /** Names and hashes; undefined: the file cannot be read. */
  usersOf(file: string): [name: string, encoded: string][] | undefined {
    return this.#users.get(file)?.users?.map(({ name, encoded }) => [name, encoded]);
  }

  /** The authorities, with their files. One with an unusable file has a `problem`. */
  authorities({ authorities }: Configuration): Record<string, ResolvedAuthority> {
    const resolve = ({ rootFile, binding, ...rest }: AuthoritySettings): ResolvedAuthority => {
      try {
        const rootsPem = rootFile === undefined ? undefined : this.#requiredText(rootFile);
        const macKey = binding && new Secret(this.#requiredText(binding.macKeyFile).trim());
        return { ...rest, rootsPem, binding: binding && { keyId: binding.keyId, macKey: macKey! } };
      } catch (error) {
        if (!(error instanceof EveryhopError)) throw error;
        return { ...rest, rootsPem: undefined, binding: undefined, problem: error };
      }
    };
    return Object.fromEntries(Object.entries(authorities).map(([name, settings]) => [name, resolve(settings)]));
  }

  #requiredText(file: string): string {
    const text = this.#texts.get(file);
    if (text === undefined) throw this.#problems.get(file)!;
    return text;
  }

  /** The files of a site that cannot be used now: `warning` while the last good text is in use. */
  findingsOf(site: Site, { authorities }: Configuration): Finding[] {
    const used = (site.certificate ?? []).flatMap((name) => authorities[name] ?? []);
    const ofClients = crlFilesOf(site);
    const unusable = [...new Set([...textFilesOf(site), ...ofClients, ...authorityFiles(used)])].flatMap((file) => {
      const error = this.#problems.get(file);
      const isInUse = this.#texts.has(file) || this.#lists.has(file);
      return error ? [new Fault(isInUse ? 'warning' : 'error', error)] : [];
    });
    const lists = ofClients.flatMap((file) => listFindings(file, this.#lists.get(file) ?? [], clock.now()));
    const ofUsers = usersFilesOf(site).flatMap(({ file }) => this.#users.get(file) ?? []);
    return [...unusable, ...lists, ...ofUsers.flatMap(usersFindings)];
  }
}

/** @throws ConfigurationError with the unusable files that the former configuration did not name. */
export function refuseNewFileProblems(configuration: Configuration, former: Configuration): void {
  const known = new Set(namedFiles(former));
  const fileProblems = configuration.fileProblems.filter(({ file }) => !known.has(file));
  requireFiles({ fileProblems }, configuration.file ?? 'everyhop up');
}

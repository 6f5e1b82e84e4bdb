/** The htpasswd files that the configuration names. */
import { EveryhopError, isError } from '../base/errors.ts';
import { readBytes } from '../base/files.ts';
import { shellWord } from '../base/invocation.ts';
import type { Configuration, FileProblem, Site } from '../config/configuration.ts';
import { configError } from '../config/messages.ts';
import type { NamedFile } from '../config/named-file.ts';
import { Fault } from '../hop/finding.ts';
import { readUsers, type User } from '../passwords/htpasswd.ts';
import { passwordWords } from '../passwords/messages.ts';

export interface UsersFile {
  /** undefined: the file cannot be read. */
  users: User[] | undefined;
  errors: EveryhopError[];
  warnings: EveryhopError[];
}

/** Megabytes of users are no file for people to log in. */
const limitBytes = 1024 * 1024;

/** The users files of a site, each once. */
export function usersFilesOf({ routes }: Pick<Site, 'routes'>): NamedFile[] {
  const files = routes.flatMap(({ access }) => access?.users ?? []);
  return [...new Map(files.map((named) => [named.file, named])).values()];
}

/** Never rejects for a file that cannot be used. */
export async function readUsersFile({ file, key, place }: NamedFile): Promise<UsersFile> {
  let bytes: Buffer;
  try {
    bytes = await readBytes(file, limitBytes);
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    const isMissing = isError(error, 'file.missing');
    const problem = isMissing ? configError('config.users-missing', { key, file }) : error;
    return { users: undefined, errors: [problem.at(place)], warnings: [] };
  }
  const { users, problems } = readUsers(bytes);
  const shownName = (name: string | undefined): string =>
    name === undefined ? 'NAME' : shellWord(Buffer.from(name, 'latin1').toString());
  const errors: EveryhopError[] = problems.map(({ line, problem, name }) => {
    const reason = passwordWords(`passwords.line.${problem}`, {});
    return configError(
      'config.users-line',
      { key, file, line, reason, name: shownName(name) },
      { place: { file, line } },
    );
  });
  if (users.length === 0) errors.push(configError('config.users-none', { key, file }, place ? { place } : {}));
  const weak = users.filter(({ hash }) => hash.form === 'md5-crypt');
  const [first] = weak;
  const warnings = first
    ? [
        configError(
          'config.users-weak',
          { key, file, count: weak.length, line: first.line, name: shownName(first.name) },
          { place: { file, line: first.line } },
        ),
      ]
    : [];
  return { users, errors, warnings };
}

/** The configuration, with the problems of its users files among those of its files. */
export async function withUsersProblems<T extends Configuration>(configuration: T): Promise<T> {
  const found = configuration.sites.flatMap(usersFilesOf).map(async (named): Promise<FileProblem[]> => {
    const { errors } = await readUsersFile(named);
    return errors.map((error) => ({ file: named.file, error }));
  });
  return { ...configuration, fileProblems: [...configuration.fileProblems, ...(await Promise.all(found)).flat()] };
}

/** What is wrong with a file: errors keep users or all visitors out. */
export function usersFindings({ errors, warnings }: UsersFile): Fault[] {
  return [...errors.map((error) => new Fault('error', error)), ...warnings.map((error) => new Fault('warning', error))];
}

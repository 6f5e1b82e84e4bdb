/** The folders in which a shell looks for a program. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Absolute folders only: the others depend on the working folder. */
export function searchFolders(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** The file that a shell starts for this name. */
export function programFile(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return searchFolders(env)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

/** True if both are the same executable file. */
export function isSameFile(one: string, other: string): boolean {
  return isProgram(one) && realpathSync(one) === realpathSync(other);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

import path from 'node:path';
import { buildConfiguration } from './build.ts';
import type { Configuration } from './configuration.ts';
import { readDocument } from './document.ts';
import type { ReadText } from './roots.ts';
import type { Choices } from './schema.ts';

/** Enough for some ten thousand sites; a larger file is probably not a configuration. */
const limitBytes = 1024 * 1024;

/**
 * Reads `everyhop.yaml` and checks the files that it names; those that cannot be used are in `fileProblems`.
 * @throws ConfigurationError with every mistake and its place.
 * @throws EveryhopError `file.*` if the file itself cannot be read.
 */
export async function loadConfiguration(
  file: string,
  { readText, choices }: { readText: ReadText; choices: Choices },
): Promise<Configuration & { file: string }> {
  const absolute = path.resolve(file);
  const { source, content, problems } = readDocument(absolute, await readText(absolute, limitBytes));
  const options = { folder: path.dirname(absolute), name: absolute, readText, choices, earlier: problems };
  return { file: absolute, ...(await buildConfiguration(content, source, options)) };
}

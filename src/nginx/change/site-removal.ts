import path from 'node:path';
import { includedFile } from '../model/include-path.ts';
import type { ConfigurationFile, LocatedDirective } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';
import { removal, type Splice } from './edit.ts';
import { originalOf } from './managed.ts';

/**
 * Removes a site from the current text of the user's files: deletes added includes, and restores the lines that an include
 * replaced. Later edits stay.
 * @param folder the folder of the site's managed files.
 * @param managed returns the text of a managed file; undefined if it is missing.
 */
export function siteRemoval(
  files: readonly ConfigurationFile[],
  folder: string,
  managed: (file: string) => string | undefined,
): { splices: Splice[]; missing: { located: LocatedDirective; include: string }[] } {
  const splices: Splice[] = [];
  const missing: { located: LocatedDirective; include: string }[] = [];
  for (const file of files.filter(({ path: name }) => !name.startsWith(`${folder}/`))) {
    for (const directive of includesIn(file.tree.directives, `${folder}/`)) {
      const located: LocatedDirective = { directive, file, parents: [] };
      const include = includedFile(directive.args[0]!.text);
      const text = managed(include);
      const original = text === undefined ? undefined : originalOf(text);
      // The original lines are only in that file.
      if (text === undefined && path.basename(include).startsWith('replaced-')) missing.push({ located, include });
      else if (original === undefined) splices.push(removal(located));
      else splices.push({ file, start: directive.start, end: directive.end, text: original });
    }
  }
  return { splices, missing };
}

function includesIn(directives: readonly Directive[], start: string): Directive[] {
  return directives.flatMap((directive) => {
    const ours = directive.name.text === 'include' && includedFile(directive.args[0]?.text ?? '').startsWith(start);
    return [...(ours ? [directive] : []), ...includesIn(directive.block?.directives ?? [], start)];
  });
}

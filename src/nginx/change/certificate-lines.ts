import type { ServerBlock } from '../model/server.ts';
import type { ConfigurationFile, LocatedDirective } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';

/** A line of the user's configuration that sets a certificate, or includes a file that does. */
export interface CertificateLine {
  located: LocatedDirective;
  /** The other directives of the included file, which move to our file. */
  others: string[];
}

const certificateNames = new Set(['ssl_certificate', 'ssl_certificate_key']);

/** The lines of a block that would set a second certificate in addition to ours. */
export function certificateLines({ located }: ServerBlock): CertificateLine[] {
  const { directive, file, parents } = located;
  return directive.block!.directives.flatMap((line): CertificateLine[] => {
    const at: LocatedDirective = { directive: line, file, parents: [...parents, located] };
    if (certificateNames.has(line.name.text)) return [{ located: at, others: [] }];
    const others = line.name.text === 'include' ? withoutCertificates(file, line) : undefined;
    return others ? [{ located: at, others }] : [];
  });
}

/** The directives of an include other than certificates; undefined if it sets no certificate. */
function withoutCertificates(from: ConfigurationFile, include: Directive): string[] | undefined {
  let found = false;
  const others: string[] = [];
  for (const file of from.includes.get(include) ?? []) {
    for (const directive of file.tree.directives) {
      const inner = directive.name.text === 'include' ? withoutCertificates(file, directive) : undefined;
      if (certificateNames.has(directive.name.text) || inner) found = true;
      if (inner) others.push(...inner);
      else if (!certificateNames.has(directive.name.text)) others.push(file.text.slice(directive.start, directive.end));
    }
  }
  return found ? others : undefined;
}

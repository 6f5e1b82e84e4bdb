/** docs/library.md, from the declarations that the compiler writes for the exports of src/index.ts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

interface Declaration {
  name: string;
  /** The text of its comment. */
  comment: string;
  code: string;
}

export function libraryPage(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-declarations-'));
  try {
    const tsc = path.join(root, 'node_modules/.bin/tsc');
    const args = [
      '-p',
      'tsconfig.build.json',
      '--declaration',
      '--emitDeclarationOnly',
      '--noCheck',
      '--outDir',
      folder,
    ];
    execFileSync(tsc, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    return page(exportsOf(path.join(folder, 'index.d.ts')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Follows re-exports to the declarations. */
function exportsOf(file: string, wanted?: ReadonlySet<string>): Declaration[] {
  const text = readFileSync(file, 'utf8');
  const found: Declaration[] = [];
  for (const [, names, from] of text.matchAll(/^export (?:type )?\{([^}]+)\} from '([^']+)';$/gm)) {
    const inner = names!.split(',').map((name) => name.replace('type ', '').trim());
    const passed = inner.filter((name) => name !== '' && (!wanted || wanted.has(name)));
    const target = path.resolve(path.dirname(file), from!.replace(/\.(?:ts|js)$/, '.d.ts'));
    if (passed.length > 0) found.push(...exportsOf(target, new Set(passed)));
  }
  for (const name of wanted ?? []) {
    const declaration = declarationOf(text, name);
    if (declaration) found.push(declaration);
  }
  return found;
}

function declarationOf(text: string, name: string): Declaration | undefined {
  const start = new RegExp(String.raw`^export (?:declare )?(?:interface|class|function|type) ${name}\b`, 'm').exec(
    text,
  );
  if (!start) return undefined;
  const lines = text.slice(start.index).split('\n');
  const last = lines[0]!.endsWith('{')
    ? lines.findIndex((line) => line.startsWith('}'))
    : lines.findIndex((line) => line.endsWith(';'));
  const whole = lines.slice(0, last + 1).join('\n');
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(text.slice(0, start.index))?.[1] ?? '';
  return { name, comment: plain(comment), code: publicOf(whole) };
}

/** Without private members. */
function publicOf(code: string): string {
  return code
    .replaceAll(/^ {4}(?:private |#)[^\n]*;\n/gm, '')
    .replaceAll(/^ {4}constructor\(\);\n/gm, '')
    .replace(/^export (?:declare )?/, '');
}

function plain(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join('\n')
    .trim()
    .replaceAll(/^@param (\w+) /gm, '- `$1`: ')
    .replaceAll(/^@throws /gm, '- throws ')
    .replaceAll(/^@returns /gm, '- returns ');
}

function page(declarations: readonly Declaration[]): string {
  const sections = declarations.map(({ name, comment, code }) => {
    return `## \`${name}\`\n\n${comment === '' ? '' : `${comment}\n\n`}\`\`\`ts\n${code}\n\`\`\``;
  });
  return `# Library

\`import { … } from 'everyhop'\` gives a Node program the same trust and the same service as the command line. \`npm run docs\` generates
this page from \`src/index.ts\`.

A program that verifies private hops without \`everyhop run\`:

\`\`\`ts
import { createTrust } from 'everyhop';

const trust = await createTrust({ rootFiles: ['/var/lib/everyhop/root.pem'] });
const answer = await trust.fetch('https://models.internal/v1/models');
await trust.close();
\`\`\`

${sections.join('\n\n')}
`;
}

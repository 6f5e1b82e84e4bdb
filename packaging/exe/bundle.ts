/** Makes one script of the program and its dependencies. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Bundle {
  code: string;
  /** Folders of the packages in it, such as `node_modules/zod`. */
  packages: string[];
}

/** The same files give the same bytes, in any folder. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['packaging/exe/entry.ts'],
    outfile: 'everyhop.mjs',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // Escaped, so that V8 stores one byte a character.
    charset: 'ascii',
    legalComments: 'none',
    // Dependencies in CommonJS load Node's modules with require.
    banner: {
      js: "import { createRequire as everyhopRequire } from 'node:module'; const require = everyhopRequire('/');",
    },
    plugins: [includedFiles],
    logLevel: 'warning',
  });
  const folders = [...Object.keys(metafile.inputs), ...includedDependencies].map(
    (file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0],
  );
  const packages = [...new Set(folders)].filter((folder) => folder !== undefined).toSorted();
  return { code: outputFiles[0]!.text, packages };
}

/** These ask `isSingleExecutable` before they use their own place. */
const placeless = new Set(['src/edge/worker-process.ts', 'src/app/installation.ts']);

/** Files of dependencies that the script contains as text. */
const includedDependencies = new Set<string>();

/**
 * Replaces `readFileSync(new URL('page.html', import.meta.url), 'utf8')` by the text of the file, and
 * `readFileSync(fileURLToPath(import.meta.resolve('package/file.js')), 'utf8')` by that of a dependency's.
 */
const includedFiles: esbuild.Plugin = {
  name: 'included-files',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path: file }) => {
      const source = readFileSync(file, 'utf8');
      if (!source.includes('import.meta')) return undefined;
      const textOf = (url: string | URL): string => JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'));
      const contents = source
        .replaceAll(/\breadFileSync\(new URL\('([^']+)', import\.meta\.url\), 'utf8'\)/g, (_, name: string) =>
          textOf(new URL(name, pathToFileURL(file))),
        )
        .replaceAll(
          /\breadFileSync\(fileURLToPath\(import\.meta\.resolve\('([^']+)'\)\), 'utf8'\)/g,
          (_, name: string) => {
            includedDependencies.add(`node_modules/${name}`);
            return textOf(import.meta.resolve(name));
          },
        );
      const name = path.relative(root, file);
      const code = contents.replaceAll(/^\s*\*.*$/gm, '');
      if (code.includes('import.meta') && !placeless.has(name)) {
        throw new Error(`${name} needs a file beside it that the executable does not contain (import.meta)`);
      }
      return { contents, loader: name.endsWith('ts') ? 'ts' : 'js' };
    });
  },
};

/** The licences of all parts of the executable, which must accompany it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.ts';

/** @param packages folders of npm packages. @throws Error for one without a licence file. */
export function licenseTexts(packages: readonly string[], node: { version: string; license: string }): string {
  const rule = `\n${'='.repeat(80)}\n\n`;
  const texts = packages.map((folder) => {
    const file = readdirSync(path.join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} contains no licence`);
    return `${folder.replace('node_modules/', '')}\n\n${readFileSync(path.join(root, folder, file), 'utf8')}`;
  });
  const own = readFileSync(path.join(root, 'LICENSE'), 'utf8');
  return [`Everyhop\n\n${own}`, ...texts, `Node.js ${node.version}\n\n${node.license}`].join(rule);
}

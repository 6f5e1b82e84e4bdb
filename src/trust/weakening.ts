import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A line of code or of a setting by which certificates are not verified, or not by the roots of the environment. */
export interface Weakening {
  file: string;
  line: number;
  /** The line itself, shortened. */
  text: string;
  /** `off`: anybody may sit in between. `own-roots`: what the environment says does not count. */
  kind: 'off' | 'own-roots';
}

const patterns: readonly (readonly [files: RegExp, line: RegExp, kind: Weakening['kind']])[] = [
  [/\.pyw?$/, /\bverify(_ssl)?\s*=\s*False\b|\bssl\s*=\s*False\b/, 'off'],
  [/\.pyw?$/, /\bCERT_NONE\b|_create_unverified_context|check_hostname\s*=\s*False/, 'off'],
  [/\.pyw?$/, /\bdisable_warnings\(.*InsecureRequestWarning/, 'off'],
  [/\.pyw?$/, /\btrust_env\s*=\s*False\b/, 'own-roots'],
  [/\.pyw?$/, /\bverify\s*=\s*(certifi\.where\(\)|ssl\.create_default_context\(cafile=|["'])/, 'own-roots'],
  [/\.pyw?$/, /\.verify\s*=(?!=)\s*(?!True\b)/, 'own-roots'],
  [/\.[cm]?[jt]sx?$/, /rejectUnauthorized['"]?\s*:\s*false/, 'off'],
  [/\.[cm]?[jt]sx?$|\.env$|\.ya?ml$|\.sh$/, /NODE_TLS_REJECT_UNAUTHORIZED['"\]]*\s*[:=]\s*['"]?0/, 'off'],
  [/\.go$/, /InsecureSkipVerify\s*:\s*true/, 'off'],
  [/\.sh$/, /\bcurl\b.*\s(-k|--insecure)\b|\bwget\b.*--no-check-certificate/, 'off'],
  [/(^|\/)\.?npmrc$/, /^\s*strict-ssl\s*=\s*false/, 'off'],
  [/(^|\/)\.?npmrc$/, /^\s*cafile\s*=/, 'own-roots'],
  [/pip\.conf$/, /^\s*trusted-host\s*=/, 'off'],
];
const skipped = /^(node_modules|\.git|\.venv|venv|__pycache__|site-packages|dist|build)$/;
const mostFiles = 500;
const longestFileBytes = 1024 * 1024;

const python = /\.pyw?$/;
const javascript = /\.[cm]?[jt]sx?$/;

/**
 * Looks through a program's code, and the settings beside it, for what weakens verification. Comments are left alone.
 * @param script the file that is run; its folder is looked through as far as a few folders down.
 */
export async function findWeakenings(script: string): Promise<Weakening[]> {
  const other = python.test(script) ? javascript : python;
  const files = (await sources(path.dirname(path.resolve(script)), 3)).filter((file) => !other.test(file));
  const found = await Promise.all(files.slice(0, mostFiles).map(weakeningsIn));
  return found.flat();
}

async function sources(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry): Promise<string[]> => {
    const file = path.join(folder, entry.name);
    if (entry.isFile()) return patterns.some(([name]) => name.test(file)) ? [file] : [];
    if (!entry.isDirectory() || depth === 0 || skipped.test(entry.name)) return [];
    return sources(file, depth - 1);
  });
  return (await Promise.all(found)).flat().sort();
}

async function weakeningsIn(file: string): Promise<Weakening[]> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats || stats.size > longestFileBytes) return [];
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const own = patterns.filter(([name]) => name.test(file));
  return lines.flatMap((text, index) => {
    if (/^\s*(#|\/\/|\*|;)/.test(text)) return [];
    const hit = own.find(([, line]) => line.test(text));
    return hit ? [{ file, line: index + 1, text: text.trim().slice(0, 120), kind: hit[2] }] : [];
  });
}

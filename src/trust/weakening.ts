import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { bundleVariableTable } from './bundle/variable-table.ts';
import type { Runtime } from './consumers.ts';
import type { ProgramSetting } from './settings.ts';

/** A line of code or settings that disables verification or sets its own roots. */
export interface Weakening {
  file: string;
  line: number;
  /** The line itself, shortened. */
  text: string;
  /** The program takes its roots from the files in this folder. */
  rootsFolder?: string;
  /** `off`: disables verification. `own-roots`: ignores the roots of the environment, or replaces their variables. */
  kind: 'off' | 'own-roots';
}

const pythonFile = /\.pyw?$/;
const scriptFile = /\.[cm]?[jt]sx?$/;
const shellFile = /\.(ba|z|da)?sh$|(^|\/)(Dockerfile|Makefile)$/;

/** The variables with which `run` names roots. A program that assigns one itself loses the bundle. */
const rootVariables = `(?:${bundleVariableTable
  .filter(({ isList, isQuoted }) => isList !== true && isQuoted !== true)
  .map(({ name }) => name)
  .join('|')})`;
const javascriptText = /\.(?:[cm]?[jt]sx?|vue)$/;
const assigned = (before: string, after: string): RegExp => new RegExp(before + rootVariables + after);

const patterns: readonly (readonly [files: RegExp, line: RegExp, kind: Weakening['kind']])[] = [
  [pythonFile, /\bverify(_ssl)?['"]?\s*[=:]\s*False\b|\bssl\s*=\s*False\b/, 'off'],
  [pythonFile, /\bCERT_NONE\b|_create_unverified_context|check_hostname\s*=\s*False/, 'off'],
  [pythonFile, /\bdisable_warnings\(.*InsecureRequestWarning/, 'off'],
  [pythonFile, /\btrust_env\s*=\s*False\b/, 'own-roots'],
  // With an explicit context, file or folder, httpx and requests ignore the environment.
  [
    pythonFile,
    /\bverify\s*=\s*(?:["']|[\w.]*(?:certifi|ssl|ctx|context|ca_?(?:file|cert|bundle|path)|pem)\b)/i,
    'own-roots',
  ],
  [pythonFile, /\bverify\s*=\s*(?:certifi\.where\(|ssl\.)/, 'own-roots'],
  [pythonFile, /\.verify\s*=(?!=|\s*True\b)/, 'own-roots'],
  // setdefault and `os.environ.get(…) or …` keep what is set.
  [pythonFile, assigned(String.raw`\benviron(?:b)?\[\s*b?["']`, String.raw`["']\s*\]\s*=(?!=)`), 'own-roots'],
  [pythonFile, assigned(String.raw`\b(?:os\.putenv|monkeypatch\.setenv)\(\s*["']`, String.raw`["']\s*,`), 'own-roots'],
  [pythonFile, assigned(String.raw`\benviron\.update\(.*\b`, String.raw`\b["']?\s*[:=]`), 'own-roots'],
  [
    pythonFile,
    assigned(String.raw`\benviron\.pop\(\s*["']|\bdel\s+os\.environ\[\s*["']|\bunsetenv\(\s*["']`, ''),
    'own-roots',
  ],
  [
    javascriptText,
    assigned(String.raw`\bprocess\.env(?:\.|\[\s*["'\x60])`, String.raw`(?:["'\x60]\s*\])?\s*=(?!=)`),
    'own-roots',
  ],
  [javascriptText, assigned(String.raw`\bdelete\s+process\.env(?:\.|\[\s*["'])`, ''), 'own-roots'],
  [/\.rb$/, assigned(String.raw`\bENV\[\s*["']`, String.raw`["']\s*\]\s*=(?!=)`), 'own-roots'],
  [/\.go$/, assigned(String.raw`\bos\.(?:Setenv|Unsetenv)\(\s*"`, ''), 'own-roots'],
  [/\.rs$/, assigned(String.raw`\benv::(?:set_var|remove_var)\(\s*"`, ''), 'own-roots'],
  [/\.php$/, assigned(String.raw`\bputenv\(\s*["']`, ''), 'own-roots'],
  [/\.p[lm]$/, assigned(String.raw`\$ENV\{\s*["']?`, String.raw`["']?\s*\}\s*=(?!=)`), 'own-roots'],
  // `export X="${X:-default}"` keeps what is set.
  [
    shellFile,
    assigned(
      String.raw`^\s*(?:export\s+|declare\s+-x\s+|ENV\s+(?:\S+=\S*\s+)*|ARG\s+|env\s+(?:\S+\s+)*)?`,
      String.raw`(?:=(?!["']?\$\{\w+:?-)|\s+\S)`,
    ),
    'own-roots',
  ],
  [shellFile, assigned(String.raw`^\s*unset\s+(?:\S+\s+)*`, String.raw`\b`), 'own-roots'],
  [
    /(?:^|\/)(?:\.env(?:\.\w+)?|[^/]*\.env)$/,
    assigned(String.raw`^\s*(?:export\s+)?`, String.raw`\s*=\s*\S`),
    'own-roots',
  ],
  [
    /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/,
    assigned(String.raw`^\s*(?:-\s*["']?)?`, String.raw`\s*[:=]\s*\S`),
    'own-roots',
  ],
  [scriptFile, /rejectUnauthorized['"]?\s*:\s*false/, 'off'],
  [
    /\.([cm]?[jt]sx?|pyw?|ya?ml|env)$|(^|\/)\.env(\.\w+)?$|\.(ba|z|da)?sh$|(^|\/)(Dockerfile|Makefile)$/,
    /\b(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)['"\]]*\s*[:= ,]\s*['"]?0\b/,
    'off',
  ],
  [/\.go$/, /InsecureSkipVerify\s*:\s*true/, 'off'],
  [/\.rs$/, /danger_accept_invalid_(certs|hostnames)\(true\)/, 'off'],
  [/\.rb$/, /\bVERIFY_NONE\b/, 'off'],
  [
    /\.php$/,
    /\bCURLOPT_SSL_VERIFY(PEER|HOST)\b['"]?\s*(,|=>)\s*(false|0)\b|['"]verify(_peer)?['"]\s*=>\s*false/i,
    'off',
  ],
  [/\.(java|kt|scala)$/, /\b(NoopHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory)\b/, 'off'],
  [/\.(cs|fs|vb)$/, /DangerousAcceptAnyServerCertificateValidator/, 'off'],
  [shellFile, /\bcurl\b.*\s(-\w*k\w*|--insecure)(\s|$)|\bwget\b.*--no-check-certificate/, 'off'],
  [
    shellFile,
    /http\.sslVerify[=\s]+false|--trusted-host\b|strict-ssl[=\s]+false|\bLLAMA_DEPLOY_DISABLE_SSL=(1|true)/i,
    'off',
  ],
  [/\.(ya?ml|toml)$/, /\b(verify_?ssl|ssl_?verify|tls_?verify)\s*[:=]\s*['"]?false/i, 'off'],
  [/\.(ya?ml|toml)$/, /\b(insecure_?skip_?(tls_?)?verify)\s*[:=]\s*['"]?true/i, 'off'],
  [/(^|\/)\.?npmrc$/, /^\s*strict-ssl\s*=\s*false/, 'off'],
  [/pip\.conf$/, /^\s*trusted-host\s*=/, 'off'],
];
/** Where h2oGPT looks for certificates, which it adds to certifi's. */
const h2oGptFolder = '/etc/ssl/more-certs';
const isH2oGpt = /append_certificates|\/etc\/ssl\/more-certs/;
const skipped = /^(node_modules|\.git|\.venv|venv|__pycache__|site-packages|dist|build)$/;
const maxFiles = 500;
const maxFileBytes = 1024 * 1024;
/** Longer lines are generated. Some patterns take quadratic time in a line. */
const longestLine = 2000;

/**
 * Searches a program's code and settings files for lines that weaken verification. Skips comments.
 * @param script the main file. Its folder is searched to a depth of three.
 */
export async function findWeakenings(script: string): Promise<Weakening[]> {
  const other = pythonFile.test(script) ? scriptFile : scriptFile.test(script) ? pythonFile : undefined;
  const files = (await sources(path.dirname(path.resolve(script)), 3)).filter((file) => other?.test(file) !== true);
  const found = await Promise.all(files.slice(0, maxFiles).map(weakeningsIn));
  return found.flat();
}

/** Weakenings in the settings of these runtimes; of all runtimes if the list is empty. */
export function weakeningsInSettings(
  settings: readonly ProgramSetting[],
  runtimes: readonly (Runtime | undefined)[],
): Weakening[] {
  const concerned = settings.filter(
    (setting) => runtimes.length === 0 || setting.runtimes.some((one) => runtimes.includes(one)),
  );
  return concerned.flatMap(({ file, line, name, value, kind, beatsVariables }) =>
    kind === 'off' || beatsVariables
      ? [{ file, line, text: `${name} = ${value}`, kind: kind === 'off' ? ('off' as const) : ('own-roots' as const) }]
      : [],
  );
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
  if (!stats || stats.size > maxFileBytes) return [];
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const own = patterns.filter(([name]) => name.test(file));
  return lines.flatMap((text, index) => {
    if (text.length > longestLine || /^\s*(#|\/\/|\*|;)/.test(text)) return [];
    const hit = own.find(([, line]) => line.test(text));
    // Under `run`, certifi has the bundle (see bundle/python-start.ts).
    if (!hit || (hit[2] === 'own-roots' && /certifi\.where\(\)\s*\)*\s*$/.test(text))) return [];
    const found: Weakening = { file, line: index + 1, text: text.trim().slice(0, 120), kind: hit[2] };
    const around = lines.slice(Math.max(0, index - 40), index + 10).join('\n');
    if (found.kind === 'own-roots' && isH2oGpt.test(around)) found.rootsFolder = h2oGptFolder;
    return [found];
  });
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Runtime } from './consumers.ts';

/** A line in a program's own settings that decides whom it trusts. */
export interface FoundSetting {
  file: string;
  line: number;
  /** As the program calls it. */
  name: string;
  value: string;
  /** `roots`: it names the roots. `off`: certificates are not verified. */
  kind: 'roots' | 'off';
  /** The line counts whatever the environment says. */
  beatsVariables: boolean;
  /** Who reads the file. */
  runtimes: readonly Runtime[];
}

interface SettingsOf {
  files: (home: string, env: NodeJS.ProcessEnv) => string[];
  /** Both have the name in their first group and the value in their second. */
  roots: RegExp;
  off: RegExp;
  beatsVariables: boolean;
  runtimes: readonly Runtime[];
}

/** Relative paths are of the folder in which a program is started. */
const programs: readonly SettingsOf[] = [
  {
    // wget takes neither case nor dashes for a difference.
    files: (home, { WGETRC }) => ['/etc/wgetrc', WGETRC || path.join(home, '.wgetrc')],
    roots: /^\s*(ca[-_]?certificate)\s*=\s*(.+)$/i,
    off: /^\s*(check[-_]?certificate)\s*=\s*(off|no|0|quiet)\b/i,
    beatsVariables: false,
    runtimes: ['wget'],
  },
  {
    files: (home, env) => [env['npm_config_userconfig'] || path.join(home, '.npmrc'), '.npmrc'],
    roots: /^\s*(cafile)\s*=\s*(.+)$/,
    off: /^\s*(strict-ssl)\s*=\s*(false)\b/,
    beatsVariables: false,
    runtimes: ['npm', 'yarn'],
  },
  {
    files: (home, { PIP_CONFIG_FILE, VIRTUAL_ENV }) => [
      '/etc/pip.conf',
      path.join(home, '.pip/pip.conf'),
      path.join(home, '.config/pip/pip.conf'),
      ...(VIRTUAL_ENV ? [path.join(VIRTUAL_ENV, 'pip.conf')] : []),
      ...(PIP_CONFIG_FILE ? [PIP_CONFIG_FILE] : []),
    ],
    roots: /^\s*(cert)\s*[=:]\s*(.+)$/,
    off: /^\s*(trusted-host)\s*[=:]\s*(.*)$/,
    beatsVariables: false,
    runtimes: ['pip'],
  },
  {
    files: (home) => [path.join(home, '.gitconfig'), path.join(home, '.config/git/config'), '.git/config'],
    roots: /^\s*(sslCAInfo)\s*=\s*(.+)$/i,
    off: /^\s*(sslVerify)\s*=\s*(false|no|off|0)\b/i,
    beatsVariables: false,
    runtimes: ['git'],
  },
  {
    files: (home, { CARGO_HOME }) => [path.join(CARGO_HOME || path.join(home, '.cargo'), 'config.toml')],
    roots: /^\s*(?:http\.)?(cainfo)\s*=\s*(.+)$/,
    off: /^\b$/, // it has none
    beatsVariables: false,
    runtimes: ['cargo'],
  },
  {
    files: (home) => [path.join(home, '.curlrc'), path.join(home, '.config/curlrc')],
    roots: /^\s*(?:--)?(cacert|capath)(?:\s*[=:]\s*|\s+)(.+)$/,
    off: /^\s*((?:--)?insecure|-k)\s*()$/,
    beatsVariables: true,
    runtimes: ['curl'],
  },
  {
    files: (home) => [path.join(home, '.yarnrc.yml'), '.yarnrc.yml'],
    roots: /^\s*(httpsCaFilePath)\s*:\s*(.+)$/,
    off: /^\s*(enableStrictSsl)\s*:\s*(false)\b/,
    beatsVariables: true,
    runtimes: ['yarn'],
  },
];

/**
 * What the settings of programs that have some say of roots and of verification.
 * @param env of the process; its HOME is where they are looked for.
 * @param folder in which it is started.
 */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): FoundSetting[] {
  const home = env['HOME'] ?? '';
  return programs.flatMap((program) =>
    [...new Set(program.files(home, env).map((file) => path.resolve(folder, file)))].flatMap((file) =>
      linesOf(file).flatMap((text, index) => settingIn(text, program, file, index + 1, home)),
    ),
  );
}

function settingIn(text: string, program: SettingsOf, file: string, line: number, home: string): FoundSetting[] {
  const { roots, off, beatsVariables, runtimes } = program;
  for (const [kind, pattern] of [
    ['roots', roots],
    ['off', off],
  ] as const) {
    const found = pattern.exec(text);
    if (!found) continue;
    const value = unquoted(found[2]!);
    // Made of other settings: nobody but the program itself can say where that leads.
    if (kind === 'roots' && (value === '' || value.includes('$'))) continue;
    const place = kind === 'roots' ? value.replace(/^~(?=\/)/, home) : value;
    return [{ file, line, name: found[1]!, value: place, kind, beatsVariables, runtimes }];
  }
  return [];
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // there is none, or not for us
  }
}

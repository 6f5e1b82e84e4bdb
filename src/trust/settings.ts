import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Runtime } from './consumers.ts';

/** A line in a program's settings file that sets its roots or disables verification. */
export interface ProgramSetting {
  file: string;
  line: number;
  /** The program's name for the setting. */
  name: string;
  value: string;
  /** `roots`: names the roots. `off`: disables verification. */
  kind: 'roots' | 'off';
  /** The line overrides environment variables. */
  beatsVariables: boolean;
  /** Programs that read the file. */
  runtimes: readonly Runtime[];
}

interface SettingsFormat {
  files: (home: string, env: NodeJS.ProcessEnv) => string[];
  /** Like `off`: group 1 is the name, group 2 the value. */
  roots: RegExp;
  off: RegExp;
  beatsVariables: boolean;
  runtimes: readonly Runtime[];
}

/** Paths may be relative to the working folder of the program. */
const programs: readonly SettingsFormat[] = [
  {
    // wget ignores case and treats dashes like underscores.
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
    off: /^\b$/, // matches nothing: cargo has no such setting
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
 * Reads the settings files of known programs.
 * @param env environment of the process. Its HOME locates the user's files.
 * @param folder its working folder.
 */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): ProgramSetting[] {
  const home = env['HOME'] ?? '';
  return programs.flatMap((program) =>
    [...new Set(program.files(home, env).map((file) => path.resolve(folder, file)))].flatMap((file) =>
      linesOf(file).flatMap((text, index) => settingIn(text, program, file, index + 1, home)),
    ),
  );
}

function settingIn(text: string, program: SettingsFormat, file: string, line: number, home: string): ProgramSetting[] {
  const { roots, off, beatsVariables, runtimes } = program;
  for (const [kind, pattern] of [
    ['roots', roots],
    ['off', off],
  ] as const) {
    const found = pattern.exec(text);
    if (!found) continue;
    const value = unquoted(found[2]!);
    // Only the program itself can expand a variable in a value.
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
    return []; // missing or unreadable
  }
}

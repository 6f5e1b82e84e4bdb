import { bundleVariables } from './bundle/paths.ts';
import { bundleVariableTable } from './bundle/variable-table.ts';
import { readSettings } from './settings.ts';

/** A variable that was set before, and what it led to. */
export interface FormerVariable {
  name: string;
  value: string;
}

/** These name a file of the only roots that a program trusts, or that it adds to its own. */
const variablesWith = (value: string): string[] =>
  bundleVariableTable.filter((variable) => variable.value === value).map(({ name }) => name);

export interface FormerRoots {
  replacing: FormerVariable[];
  adding: FormerVariable[];
}

/**
 * Which files of roots the environment names already, and which the settings of programs name that give way to a variable:
 * these would be lost otherwise.
 * @param env of the process that is to be started.
 * @param folder in which it is started.
 */
export function formerRoots(env: NodeJS.ProcessEnv, folder = process.cwd()): FormerRoots {
  const named = (names: readonly string[]): FormerVariable[] =>
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [{ name, value }];
    });
  const settings = readSettings(env, folder).filter(({ kind, beatsVariables }) => kind === 'roots' && !beatsVariables);
  const inSettings = settings.map(({ file, name, value }) => ({ name: `${file}: ${name}`, value }));
  return { replacing: [...named(variablesWith('{full}')), ...inSettings], adding: named(variablesWith('{private}')) };
}

/** Settings that switch verification off, by their names and the values that do. */
const switches: readonly (readonly [name: string, off: RegExp])[] = [
  ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/],
  ['PYTHONHTTPSVERIFY', /^0$/],
  ['GIT_SSL_NO_VERIFY', /^(?!0?$|false$)/i],
  ['npm_config_strict_ssl', /^(false|0)?$/i],
  ['NPM_CONFIG_STRICT_SSL', /^(false|0)?$/i],
  ['YARN_ENABLE_STRICT_SSL', /^(false|0)$/i],
  ['PIP_TRUSTED_HOST', /./],
  ['UV_INSECURE_HOST', /./],
  ['LLAMA_DEPLOY_DISABLE_SSL', /^(1|true|yes|on)$/i],
  ['DENO_TLS_IGNORE_CERTIFICATE_ERRORS', /./],
  [
    'JAVA_TOOL_OPTIONS',
    /-Djdk\.internal\.httpclient\.disableHostnameVerification(?!=false)|-Dmaven\.wagon\.http\.ssl\.insecure=true/,
  ],
  ['MAVEN_OPTS', /-Dmaven\.wagon\.http\.ssl\.insecure=true/],
];

/** The settings of this environment that switch verification off. */
export function verificationSwitches(env: NodeJS.ProcessEnv): FormerVariable[] {
  return switches.flatMap(([name, off]) => {
    const value = env[name];
    return value !== undefined && off.test(value) ? [{ name, value }] : [];
  });
}

/** Java's options, one by one: blanks end one, unless they stand between quotes. */
function javaOptions(env: NodeJS.ProcessEnv): string[] {
  return env['JAVA_TOOL_OPTIONS']?.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}

/** Also its type and its password: they would be taken for ours. */
const javaTrustStore = /^-Djavax\.net\.ssl\.trustStore(Type|Password)?=(.*)$/;

function trustStoreIn(option: string): RegExpExecArray | null {
  return javaTrustStore.exec(option.replaceAll(/["']/g, ''));
}

/** The trust store that Java was told to use, where the environment names one. */
export function formerJavaStore(env: NodeJS.ProcessEnv): FormerVariable | undefined {
  const found = javaOptions(env)
    .map(trustStoreIn)
    .findLast((match) => match !== null && match[1] === undefined);
  return found ? { name: '-Djavax.net.ssl.trustStore', value: found[2]! } : undefined;
}

/**
 * The variables that make a process and what it starts trust a bundle. What Java and PHP were told before stays
 * in front.
 * @param folder where the process sees the bundle.
 */
export function trustVariables(
  env: NodeJS.ProcessEnv,
  folder: string,
  hasPrivateRoots: boolean,
): Record<string, string> {
  const variables = bundleVariables(folder, hasPrivateRoots);
  const java = javaOptions(env).filter((option) => trustStoreIn(option) === null);
  return {
    ...variables,
    JAVA_TOOL_OPTIONS: [...java, variables['JAVA_TOOL_OPTIONS']].join(' '),
    PHP_INI_SCAN_DIR: phpFolders(env['PHP_INI_SCAN_DIR'], variables['PHP_INI_SCAN_DIR']!),
  };
}

/** @param ours begins with a colon. Empty, the variable has PHP look into no folder at all. */
function phpFolders(former: string | undefined, ours: string): string {
  if (former === '') return ours.slice(1);
  return former?.endsWith(ours) === true ? former : `${former ?? ''}${ours}`;
}

import path from 'node:path';
import { unverifiedSwitch } from '../base/start-environment.ts';
import { bundlePaths, bundleVariables } from './bundle/paths.ts';
import { bundleVariableTable } from './bundle/variable-table.ts';
import { readSettings } from './settings.ts';

/** A setting that the process already had. */
export interface FormerVariable {
  name: string;
  value: string;
}

/** `{full}`: variables that replace a program's roots. `{private}`: variables that add to them. */
const variablesWith = (value: string): string[] =>
  bundleVariableTable.filter((variable) => variable.value === value).map(({ name }) => name);

export interface FormerRoots {
  replacing: FormerVariable[];
  adding: FormerVariable[];
}

/**
 * Root files named by the environment, and by settings files that a variable overrides. Without them in the bundle, the process
 * would lose these roots.
 * @param env environment of the process to start.
 * @param folder its working folder.
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

/** Variables that disable verification, with the values that do so. */
const switches: readonly (readonly [name: string, off: RegExp])[] = [
  unverifiedSwitch,
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

/** The variables of this environment that disable verification. */
export function verificationSwitches(env: NodeJS.ProcessEnv): FormerVariable[] {
  return switches.flatMap(([name, off]) => {
    const value = env[name];
    return value !== undefined && off.test(value) ? [{ name, value }] : [];
  });
}

/** Splits Java's options at spaces outside quotes. */
function javaOptions(env: NodeJS.ProcessEnv): string[] {
  return env['JAVA_TOOL_OPTIONS']?.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}

/** Includes type and password, which Java would otherwise apply to our trust store. */
const javaTrustStore = /^-Djavax\.net\.ssl\.trustStore(Type|Password)?=(.*)$/;

function trustStoreIn(option: string): RegExpExecArray | null {
  return javaTrustStore.exec(option.replaceAll(/["']/g, ''));
}

/** The trust store that the environment configures for Java, if any. */
export function formerJavaStore(env: NodeJS.ProcessEnv): FormerVariable | undefined {
  const found = javaOptions(env)
    .map(trustStoreIn)
    .findLast((match) => match !== null && match[1] === undefined);
  return found ? { name: '-Djavax.net.ssl.trustStore', value: found[2]! } : undefined;
}

/**
 * The variables that make a process and its children trust a bundle. Former options of Java and PHP stay, in front.
 * @param folder path of the bundle as the process sees it.
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
    ...(hasPrivateRoots ? { PYTHONPATH: pathList(env['PYTHONPATH'], bundlePaths(folder).python) } : {}),
  };
}

/** Ours first: Python loads the first sitecustomize, and ours loads the next. */
function pathList(former: string | undefined, ours: string): string {
  const others = (former ?? '').split(path.delimiter).filter((folder) => folder !== ours);
  return former === undefined || former === '' ? ours : [ours, ...others].join(path.delimiter);
}

/** @param ours begins with a colon, which keeps PHP's default folder. An empty former value makes PHP read no folder. */
function phpFolders(former: string | undefined, ours: string): string {
  if (former === '') return ours.slice(1);
  return former?.endsWith(ours) === true ? former : `${former ?? ''}${ours}`;
}

import { bundleVariables } from './bundle/paths.ts';

/** A variable that was set before, and what it led to. */
export interface FormerVariable {
  name: string;
  value: string;
}

/** These name a file of the only roots that a program trusts, or that it adds to its own. */
const replacing = [
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'AWS_CA_BUNDLE',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  'PIP_CERT',
  'CARGO_HTTP_CAINFO',
  'GIT_SSL_CAINFO',
  'npm_config_cafile',
];
const adding = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT'];

export interface FormerRoots {
  replacing: FormerVariable[];
  adding: FormerVariable[];
}

/** Which files of roots the environment names already. @param env of the process that is to be started. */
export function formerRoots(env: NodeJS.ProcessEnv): FormerRoots {
  const named = (names: readonly string[]): FormerVariable[] =>
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [{ name, value }];
    });
  return { replacing: named(replacing), adding: named(adding) };
}

/** Settings that switch verification off, by their names and the values that do. */
const switches: readonly (readonly [name: string, off: RegExp])[] = [
  ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/],
  ['PYTHONHTTPSVERIFY', /^0$/],
  ['GIT_SSL_NO_VERIFY', /^(?!0?$|false$)/i],
  ['npm_config_strict_ssl', /^(false|0)?$/i],
  ['PIP_TRUSTED_HOST', /./],
  ['UV_INSECURE_HOST', /./],
  ['LLAMA_DEPLOY_DISABLE_SSL', /^(1|true|yes|on)$/i],
  ['DENO_TLS_IGNORE_CERTIFICATE_ERRORS', /./],
];

/** The settings of this environment that switch verification off. */
export function verificationSwitches(env: NodeJS.ProcessEnv): FormerVariable[] {
  return switches.flatMap(([name, off]) => {
    const value = env[name];
    return value !== undefined && off.test(value) ? [{ name, value }] : [];
  });
}

/**
 * The variables that make a process and what it starts trust a bundle. What Java was told before stays in front.
 * @param folder where the process sees the bundle.
 */
export function trustVariables(
  env: NodeJS.ProcessEnv,
  folder: string,
  hasPrivateRoots: boolean,
): Record<string, string> {
  const variables = bundleVariables(folder, hasPrivateRoots);
  const name = 'JAVA_TOOL_OPTIONS';
  const ours = variables[name]!;
  const former = (env[name] ?? '').replace(/(^|\s)-Djavax\.net\.ssl\.trustStore=\S*/g, '').trim();
  return { ...variables, [name]: former === '' ? ours : `${former} ${ours}` };
}

import path from 'node:path';
import { bundleVariableTable } from './variable-table.ts';

/** Paths of the parts of a published bundle. They all change together. */
export interface BundlePaths {
  /** Can be mounted whole into a container, which then sees every update. */
  folder: string;
  /** Public and private roots, PEM: for programs that trust this file alone. */
  full: string;
  /** Private roots only, PEM: for programs that add this file to their own roots. */
  private: string;
  /** The roots of `full`, one file each, under the names that OpenSSL looks for. */
  directory: string;
  /** The roots of `full` as PKCS#12, for Java and .NET. */
  pkcs12: string;
  /** The same as JKS, for Java; opens without a password, too. */
  jks: string;
  /** A wgetrc, since wget reads none of OpenSSL's variables. */
  wgetrc: string;
  /** A folder of PHP settings, since PHP's curl reads none of them either. */
  php: string;
  /** A folder for PYTHONPATH, for Python libraries that read no variable. */
  python: string;
  /** `NAME=VALUE` lines for `docker run --env-file` and systemd. */
  env: string;
  /** The bundle's roots, their sources, and what was left out. */
  manifest: string;
}

/** The password that Java programs try first; nothing in these stores is secret. */
export const storePassword = 'changeit';

export function bundlePaths(folder: string): BundlePaths {
  const file = (name: string): string => path.join(folder, name);
  return {
    folder,
    full: file('full.pem'),
    private: file('private.pem'),
    directory: file('certs'),
    pkcs12: file('truststore.p12'),
    jks: file('truststore.jks'),
    wgetrc: file('wgetrc'),
    php: file('php'),
    python: file('python'),
    env: file('env'),
    manifest: file('manifest.json'),
  };
}

/**
 * The variables that make programs trust a bundle. A variable that replaces a program's roots, on any system, gets the full
 * file; one that always adds to them gets the private file.
 * @param folder where the program sees the bundle: in a container, the path it is mounted at.
 * Without the path lists, which only a process with its own value can have.
 * @param hasPrivateRoots false: the variables that add are left out.
 */
export function bundleVariables(folder: string, hasPrivateRoots: boolean): Record<string, string> {
  const paths = bundlePaths(folder);
  const wanted = bundleVariableTable.filter(
    ({ effect, isList }) => (effect === 'replace' || hasPrivateRoots) && isList !== true,
  );
  return Object.fromEntries(
    wanted.map(({ name, value, isQuoted }) => {
      const text = value.replace(/\{(\w+)\}/, (_, part: keyof BundlePaths) => paths[part]);
      return [name, isQuoted && /\s/.test(text) ? `"${text}"` : text];
    }),
  );
}

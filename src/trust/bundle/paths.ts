import path from 'node:path';
import { bundleVariableTable } from './variable-table.ts';

/** Where the parts of a published bundle are. All of them change together. */
export interface BundlePaths {
  /** May be mounted whole into a container: what is in it goes on being renewed there. */
  folder: string;
  /** Public and private roots, PEM: for whatever is told to trust this file and nothing else. */
  full: string;
  /** Private roots only, PEM: for whatever adds this file to the roots that it has. */
  private: string;
  /** The roots of `full`, one file each, under the names that OpenSSL looks for. */
  directory: string;
  /** The roots of `full` as PKCS#12, for Java and .NET. */
  pkcs12: string;
  /** The same as JKS, for Java; opens without a password too. */
  jks: string;
  /** Settings of wget, which no variable of OpenSSL's reaches. */
  wgetrc: string;
  /** A folder of settings of PHP, whose curl is not reached either. */
  php: string;
  /** `NAME=VALUE` lines for `docker run --env-file` and systemd. */
  env: string;
  /** What is in the bundle, where it comes from, and what was left out. */
  manifest: string;
}

/** What every Java program tries first; nothing in these stores is secret. */
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
    env: file('env'),
    manifest: file('manifest.json'),
  };
}

/**
 * The variables that make programs trust a bundle. What replaces a program's roots gets the full file, also where it only
 * adds on some systems; what always adds gets the private one.
 * @param folder where the program sees the bundle: in a container, the path it is mounted at.
 * @param hasPrivateRoots without any, there is nothing to add.
 */
export function bundleVariables(folder: string, hasPrivateRoots: boolean): Record<string, string> {
  const paths = bundlePaths(folder);
  const wanted = bundleVariableTable.filter(({ effect }) => effect === 'replace' || hasPrivateRoots);
  return Object.fromEntries(
    wanted.map(({ name, value, isQuoted }) => {
      const text = value.replace(/\{(\w+)\}/, (_, part: keyof BundlePaths) => paths[part]);
      return [name, isQuoted && /\s/.test(text) ? `"${text}"` : text];
    }),
  );
}

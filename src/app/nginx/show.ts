import { readFile } from 'node:fs/promises';
import { execute } from '../../base/process.ts';
import { inspectNginx, type NginxChoice } from '../../nginx/program.ts';
import { type AnswerRow, hostAddresses, readConfiguration, serversOf, tableOf } from '../../nginx/servers.ts';
import { managedFolder } from '../../nginx/sites.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { decodePem } from '../../x509/pem.ts';

/** A certificate in the configuration of nginx. */
export interface ServedCertificate {
  file: string;
  /** Undefined if this user cannot read the file, or its path contains a variable. */
  notAfterMs: number | undefined;
}

export interface NginxOverview {
  confFile: string;
  rows: (Omit<AnswerRow, 'certificateFiles'> & { certificates: ServedCertificate[] })[];
}

/**
 * Shows the answers that an nginx is configured to give, whether it is running or not. Changes nothing.
 * @throws EveryhopError see `inspectNginx` and `readConfiguration`
 */
export async function showNginx(choice: NginxChoice): Promise<NginxOverview> {
  const { confFile, prefix } = await inspectNginx(choice, execute);
  const configuration = await readConfiguration({ main: confFile, prefix });
  const addresses = await hostAddresses(configuration);
  const rows = tableOf(serversOf(configuration, { addresses }), managedFolder(confFile));
  const files = [...new Set(rows.flatMap(({ certificateFiles }) => certificateFiles))];
  const ends = new Map(await Promise.all(files.map(async (file) => [file, await notAfterOf(file)] as const)));
  return {
    confFile,
    rows: rows.map(({ certificateFiles, ...row }) => ({
      ...row,
      certificates: certificateFiles.map((file) => ({ file, notAfterMs: ends.get(file) })),
    })),
  };
}

/** Reads the first certificate of a file, which is the server's. */
async function notAfterOf(file: string): Promise<number | undefined> {
  try {
    const blocks = decodePem(await readFile(file, 'latin1'));
    const first = blocks.find(({ label }) => label.endsWith('CERTIFICATE'));
    return first && parseCertificate(first.der).notAfterMs;
  } catch {
    return undefined;
  }
}

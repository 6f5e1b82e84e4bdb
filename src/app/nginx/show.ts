import { readFile } from 'node:fs/promises';
import { execute } from '../../base/process.ts';
import { inspectNginx, type NginxChoice } from '../../nginx/program.ts';
import {
  type AnswerRow,
  hostAddresses,
  placeOf,
  readConfiguration,
  serversOf,
  streamServersOf,
  tableOf,
  titleOf,
} from '../../nginx/servers.ts';
import { managedFolder } from '../../nginx/sites.ts';
import type { Place } from '../../base/errors.ts';
import { parseHostName } from '../../names/host-name.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { matchesHost } from '../../x509/host-name.ts';
import { decodePem } from '../../x509/pem.ts';

/** A certificate in the configuration of nginx. */
export interface ServedCertificate {
  file: string;
  /** Undefined if this user cannot read the file, or its path contains a variable. */
  notAfterMs: number | undefined;
  /** False if clients refuse it for the row's name. Undefined for a pattern, or if the file cannot be read. */
  coversName: boolean | undefined;
}

/** A server block of `stream`, which passes connections on. */
export interface StreamRow {
  listener: string;
  /** It terminates TLS. */
  tls: boolean;
  place: Place;
  /** As written. */
  leadsTo: string | undefined;
}

export interface NginxOverview {
  confFile: string;
  streams: StreamRow[];
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
  const read = new Map(await Promise.all(files.map(async (file) => [file, await certificateIn(file)] as const)));
  return {
    confFile,
    rows: rows.map(({ certificateFiles, ...row }) => ({
      ...row,
      certificates: certificateFiles.map((file) => {
        const certificate = read.get(file);
        const isName = row.name !== undefined && 'value' in parseHostName(row.name);
        const coversName = certificate && isName ? matchesHost(certificate, row.name!) : undefined;
        return { file, notAfterMs: certificate?.notAfterMs, coversName };
      }),
    })),
    streams: streamServersOf(configuration).flatMap(({ located, listens, leadsTo }) =>
      listens.map((listen) => ({ listener: titleOf(listen), tls: listen.ssl, place: placeOf(located), leadsTo })),
    ),
  };
}

/** The names of an nginx that have no HTTPS by Everyhop yet, in its order. */
export async function namesToSecure(choice: NginxChoice): Promise<string[]> {
  const { rows } = await showNginx(choice);
  const managed = new Set(rows.filter((row) => row.managed).map(({ name }) => name));
  const names = rows.filter(({ name, ignored }) => name !== undefined && !ignored && !managed.has(name));
  return [...new Set(names.map(({ name }) => name!))].filter((name) => name !== '_' && 'value' in parseHostName(name));
}

/** Reads the first certificate of a file, which is the server's. */
async function certificateIn(file: string): Promise<Certificate | undefined> {
  try {
    const blocks = decodePem(await readFile(file, 'latin1'));
    const first = blocks.find(({ label }) => label.endsWith('CERTIFICATE'));
    return first && parseCertificate(first.der);
  } catch {
    return undefined;
  }
}

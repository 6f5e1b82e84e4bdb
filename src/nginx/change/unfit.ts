import path from 'node:path';
import { listOf } from '../../base/messages.ts';
import { listenerFor } from '../model/listeners.ts';
import type { ServerBlock } from '../model/server.ts';
import { matchesName } from '../model/servers.ts';
import type { NginxProgram } from '../program/inspect.ts';
import { includedFile } from '../model/include-path.ts';
import type { LocatedDirective } from '../reading/located.ts';
import { isPlain, isTls, listenAddress } from './added-listens.ts';
import { claimants } from './claimants.ts';
import { argumentsOf, inForce, own, placeOf, positionOf } from './context.ts';
import { changeError } from './messages.ts';
import { managedSite } from './records.ts';
import { managedFolder, siteName } from './site.ts';

/**
 * Rejects blocks that cannot serve HTTPS.
 * @throws EveryhopError `nginx.no-tcp-listener`, `nginx.plain-http2`.
 */
export function refuseUnfit(
  servers: readonly ServerBlock[],
  blocks: readonly ServerBlock[],
  names: readonly string[],
  nginx: NginxProgram,
): void {
  for (const name of names) {
    const named = blocks.filter((block) => matchesName(block, name));
    if (named.length > 0 && named.every(({ listens }) => listens.every(({ port, quic }) => port === 0 || quic))) {
      throw changeError('nginx.no-tcp-listener', { name, place: placeOf(named[0]!.located) });
    }
  }
  if (nginx.atLeast(1, 25, 1)) return;
  for (const { listens, located } of blocks) {
    const only = listens.find((listen) => isPlain(listen) && listenerFor(servers, listen)?.http2);
    if (!only) continue;
    const listen = listenAddress(only.address, only.port);
    throw changeError('nginx.plain-http2', { listen, place: placeOf(located) });
  }
}

/**
 * Rejects blocks whose own settings, or those of `http`, forbid the handshake.
 * @param blocks those that will have TLS.
 * @param now the current server blocks: a block that has TLS already may ask for client certificates.
 * @throws EveryhopError `nginx.handshake-rejected`, `nginx.client-certificate`.
 */
export function refuseForbidden(blocks: readonly ServerBlock[], now: readonly ServerBlock[]): void {
  for (const { located, listens, index, names } of blocks) {
    const isOn = (name: string): LocatedDirective | undefined =>
      inForce(located, name).find((one) => argumentsOf(one)[0]?.toLowerCase() === 'on');
    const name = names[0]!.written;
    const rejects = isOn('ssl_reject_handshake');
    if (rejects) {
      const params = { name, place: placeOf(rejects), block: placeOf(located) };
      throw changeError('nginx.handshake-rejected', params, { place: positionOf(rejects) });
    }
    const verifies = isOn('ssl_verify_client');
    const hasTls = listens.some(isTls) || now[index]?.listens.some(isTls) === true;
    if (verifies && !hasTls) {
      const params = { name, place: placeOf(verifies), block: placeOf(located) };
      throw changeError('nginx.client-certificate', params, { place: positionOf(verifies) });
    }
  }
}

/**
 * Rejects a block that already has HTTPS for another site, as a block has only one certificate.
 * @throws EveryhopError `nginx.managed-together`; `nginx.name-unknown`, `nginx.name-claimed-twice`.
 */
export async function refuseOtherSite(
  servers: readonly ServerBlock[],
  names: readonly string[],
  confFile: string,
): Promise<void> {
  const start = `${managedFolder(confFile)}/`;
  for (const { located } of claimants(servers, names)) {
    const files = own(located, 'include').map((include) => includedFile(argumentsOf(include)[0] ?? ''));
    const isSites = (file: string): boolean => file.startsWith(start) && !/\/default-\d+\.conf$/.test(file);
    const sites = files.filter(isSites).map((file) => file.slice(start.length));
    const site = sites.map((file) => path.dirname(file)).find((one) => one !== siteName(names));
    if (site === undefined) continue;
    const existing = await managedSite(confFile, site);
    const all = [...new Set([...(existing?.record.names ?? [site]), ...names])].join(' ');
    throw changeError('nginx.managed-together', {
      site,
      name: listOf(names),
      names: all,
      place: placeOf(located),
    });
  }
}

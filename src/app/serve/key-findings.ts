import { accessError } from '../../access/messages.ts';
import type { AccessKey } from '../../access/records.ts';
import type { Site } from '../../config/configuration.ts';
import { Fault, type Finding } from '../../hop/finding.ts';

/** @param keys in force, expired ones included. */
export function keyFindings(sites: readonly Site[], keys: readonly AccessKey[], nowMs: number): Finding[] {
  const valid = keys.filter(({ expiresMs = Infinity }) => expiresMs > nowMs);
  const findings = sites.flatMap(({ hosts, routes }) =>
    routes.flatMap(({ path, access }) => {
      const wanted = access?.keys;
      if (wanted === undefined) return [];
      const where = `${hosts[0]!}${path === '/' ? '' : path}`;
      const missing = wanted === true ? [] : wanted.filter((name) => keys.every((key) => key.name !== name));
      const opens = ({ name, sites: own }: AccessKey): boolean =>
        (wanted === true || wanted.includes(name)) && (own.length === 0 || own.some((site) => mayMean(hosts, site)));
      return [
        ...missing.map((name) => accessError('access.named-key-missing', { where, name })),
        ...(missing.length > 0 || valid.some(opens) ? [] : [accessError('access.no-key', { where })]),
      ];
    }),
  );
  return findings.map((error) => new Fault('warning', error));
}

/** A key may be for one name of a wildcard site. */
function mayMean(hosts: readonly string[], site: string): boolean {
  return hosts.some((host) => host === site || (host.startsWith('*.') && site.endsWith(host.slice(1))));
}

import type { EveryhopError } from '../base/errors.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import type { Hop } from '../hop/hop.ts';
import { failureOf } from './access/oidc/failure.ts';
import { discover } from './access/oidc/provider.ts';
import type { EdgeOidc } from './access/oidc/settings.ts';
import type { EdgeSnapshot } from './snapshot.ts';

const timeoutSeconds = 3;

/**
 * Reads the description of every OpenID provider once, as the workers will. Warnings only: the provider may start later, and those
 * who are logged in need none.
 */
export async function checkProviders({ sites }: EdgeSnapshot): Promise<Finding[]> {
  const providers = new Map<string, EdgeOidc>();
  for (const { access } of sites.flatMap(({ routes }) => routes)) {
    if (!access?.oidc || access.oidc.unusableFile !== undefined) continue; // a problem of that file
    const { issuer, clientId, rootsPem } = access.oidc;
    providers.set(JSON.stringify([issuer, clientId, rootsPem]), access.oidc);
  }
  const found = await Promise.all([...providers.values()].map(problemOf));
  return found.flat();
}

async function problemOf(settings: EdgeOidc): Promise<Finding[]> {
  try {
    await discover(settings, timeoutSeconds);
    return [];
  } catch (error) {
    return [warning(failureOf(error, settings, 'discovery', timeoutSeconds), settings)];
  }
}

function warning(error: EveryhopError, { issuer, rootsPem }: EdgeOidc): Finding {
  const { hostname: host, port } = new URL(issuer);
  const hop: Hop = {
    from: { role: 'edge' },
    to: { host, port: Number(port) || 443, url: issuer },
    trust: { roots: rootsPem === undefined ? 'system' : 'private' },
  };
  return new Fault('warning', error, { hop });
}

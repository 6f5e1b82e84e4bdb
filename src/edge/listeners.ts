import type { Configuration } from '../config/configuration.ts';
import { configError } from '../config/messages.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { edgeError } from './messages.ts';
import { hasIpv6, tryListener } from './ports.ts';
import type { Listener } from './snapshot.ts';

export interface ListenerPlan {
  listeners: Listener[];
  httpsPort: number;
  httpPort: number | undefined;
  /** Default ports that are not available, and the port used instead (undefined: none). `isTaken`: by another program. */
  substitutes: { port: number; instead: number | undefined; isTaken?: true }[];
}

/**
 * Chooses the listeners. A configured port that is not available is an error. The defaults 443 and 80 become 8443 and
 * 8080 if this user may not open them. If port 80 is in use, also for HTTPS, there is no plain listener, since it only redirects;
 * a trust page gets 8080.
 * @param ours listeners that this process already holds (on reload); they are not tried again.
 * @throws EveryhopError `edge.port-*`, `edge.address-missing`, `edge.listen-failed`, `config.same-ports`.
 */
export async function planListeners(
  configuration: Configuration,
  ours: readonly Listener[] = [],
): Promise<ListenerPlan> {
  const addresses = await listenAddresses(configuration);
  const plan: ListenerPlan = { listeners: [], httpsPort: 0, httpPort: undefined, substitutes: [] };
  const open = async (port: number, secure: boolean): Promise<Listener[]> => {
    if (!secure && port === plan.httpsPort) throw configError('config.same-ports', { port });
    const listeners = addresses.map((address) => ({ address, port, secure }));
    // Do not try ports that we hold: we would collide with ourselves.
    for (const listener of listeners) if (!ours.some((held) => held.port === port)) await tryListener(listener);
    return listeners;
  };
  const openUsual = async (usual: number, high: number, secure: boolean): Promise<Listener[]> => {
    try {
      return await open(usual, secure);
    } catch (error) {
      if (!edgeError.is(error, 'edge.port-denied')) throw error;
      const listeners = await open(high, secure);
      plan.substitutes.push({ port: usual, instead: high });
      return listeners;
    }
  };

  const https =
    configuration.httpsPort === undefined
      ? await openUsual(443, 8443, true)
      : await open(configuration.httpsPort, true);
  plan.listeners.push(...https);
  plan.httpsPort = https[0]!.port;
  if (configuration.httpPort === false) return plan;
  try {
    const http =
      configuration.httpPort === undefined
        ? await openUsual(80, 8080, false)
        : await open(configuration.httpPort, false);
    plan.listeners.push(...http);
    plan.httpPort = http[0]!.port;
  } catch (error) {
    const isOurs = configError.is(error, 'config.same-ports');
    if (configuration.httpPort !== undefined || !(isOurs || edgeError.is(error, 'edge.port-taken'))) throw error;
    const instead = wantsTrustPage(configuration) ? await open(8080, false).catch(() => undefined) : undefined;
    plan.listeners.push(...(instead ?? []));
    plan.httpPort = instead?.[0]!.port;
    if (!isOurs) plan.substitutes.push({ port: 80, instead: plan.httpPort, isTaken: true });
  }
  return plan;
}

export function wantsTrustPage({ trustPage, sites }: Configuration): boolean {
  return trustPage ?? sites.some(({ lan }) => lan);
}

/** If all hosts are loopback names, listen on loopback only: no other machine could use these names. */
async function listenAddresses(configuration: Configuration): Promise<string[]> {
  if (configuration.listen) return configuration.listen;
  const loopbackOnly = configuration.sites.every((site) => site.hosts.every(isLoopbackName));
  const [ipv4, ipv6] = loopbackOnly ? (['127.0.0.1', '::1'] as const) : (['0.0.0.0', '::'] as const);
  return (await hasIpv6(ipv6)) ? [ipv4, ipv6] : [ipv4];
}

import type { Clock } from '../base/clock.ts';
import { Fault } from '../hop/finding.ts';
import { appsError } from './messages.ts';
import { recogniseStartPage } from './recognise.ts';

/**
 * Warns of an app that fetches any address that a visitor names, unless the edge closes that part of it.
 * @param serves the host through which visitors reach a path of the app; undefined if the edge closes it.
 */
export async function findOpenProxy(
  upstream: URL,
  serves: (path: string) => string | undefined,
  options: { clock: Clock; timeoutMs?: number },
): Promise<Fault | undefined> {
  const app = await recogniseStartPage(upstream, options);
  if (!app?.openProxy) return undefined;
  const { within, example, needed } = app.openProxy;
  const host = serves(example);
  if (host === undefined) return undefined;
  const lines = `block: [${within}], allow: [${needed.join(', ')}]`;
  const error = appsError('apps.open-proxy', { title: app.title, host, within, lines });
  return new Fault('warning', error, { hop: { from: { role: 'visitor' }, to: { host, port: 443 } } });
}

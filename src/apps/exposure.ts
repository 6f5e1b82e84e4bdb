import type { Clock } from '../base/clock.ts';
import { machineAddresses } from '../base/machine.ts';
import { Fault } from '../hop/finding.ts';
import { withBrackets } from '../names/address.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { type HttpFacts, probeHttp } from '../probe/http.ts';
import { appsError, appsWords } from './messages.ts';
import { recognise } from './recognise.ts';
import { titleOf } from './title.ts';

/** More URLs say nothing new. */
const urlLimit = 3;

export interface ExposureOptions {
  clock: Clock;
  /** Default: this machine's addresses. */
  addresses?: readonly string[];
  timeoutMs?: number;
}

/**
 * Looks whether an app on loopback also answers at the machine's other addresses, where visitors reach it without HTTPS.
 * @returns a warning with the app's own setting, if the app is known; undefined if the app is not exposed, or not on loopback.
 */
export async function findExposure(upstream: URL, options: ExposureOptions): Promise<Fault | undefined> {
  const { clock, addresses = machineAddresses(), timeoutMs = 2_000 } = options;
  if (upstream.protocol !== 'http:' || !isLoopbackName(upstream.hostname.replace(/^\[|\]$/g, ''))) return undefined;
  const port = upstream.port || '80';
  const urls = addresses.map((address) => `http://${withBrackets(address)}:${port}`);
  const visit = (url: string): Promise<HttpFacts> => probeHttp({ url: new URL('/', url).href, clock, timeoutMs });
  const own = await visit(upstream.href);
  if (own.status === undefined) return undefined;
  const answers = await Promise.all(urls.map(visit));
  const open = urls.filter((_, index) => isSameApp(own, answers[index]!)).slice(0, urlLimit);
  if (open.length === 0) return undefined;
  const app = await recognise(upstream, { clock, timeoutMs });
  const setting =
    app?.bind === undefined
      ? appsWords('apps.bind.unknown', { port })
      : appsWords('apps.bind.known', { title: app.title, setting: app.bind });
  const error = appsError('apps.open-beside-https', { upstream: upstream.origin, urls: open.join(', '), setting });
  return new Fault('warning', error, {
    hop: { from: { role: 'visitor' }, to: { host: addresses[0]!, port: Number(port), url: open[0]! } },
  });
}

/** Another program can have the same port of another address. */
function isSameApp(own: HttpFacts, other: HttpFacts): boolean {
  const isRedirect = other.redirect?.to?.startsWith('https:') === true;
  return (
    other.status === own.status &&
    !isRedirect &&
    other.headers['server'] === own.headers['server'] &&
    titleOf(other.body.toString()) === titleOf(own.body.toString())
  );
}

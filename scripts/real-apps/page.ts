import type { Page } from 'playwright-core';
import { openPage } from '../../test/support/browser.ts';
import type { Place } from './real-app.ts';

const patienceMs = 30_000;

export interface AppPage {
  page: Page;
  /** The URLs of its WebSockets. */
  sockets: readonly string[];
}

const shown = 3;

/**
 * Opens a page of the app and uses it.
 * @param optional URLs that the app requests in vain wherever it is.
 * @throws Error with the first requests that failed or left the place, or else with what `use` threw.
 */
export async function usePage<T>(
  place: Place,
  at: string,
  optional: RegExp,
  use: (opened: AppPage) => Promise<T>,
): Promise<T> {
  const { page, requests } = await openPage(await place.browser());
  const failed: string[] = [];
  const sockets: string[] = [];
  page.on('response', (answer) => answer.status() >= 400 && failed.push(`${answer.status()} ${answer.url()}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that goes away, or a stream that it has read to its end.
    if (reason !== 'net::ERR_ABORTED') failed.push(`${reason} ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    sockets.push(socket.url());
    socket.on('socketerror', (reason) => failed.push(`${reason} ${socket.url()}`));
  });
  page.setDefaultTimeout(patienceMs);
  const found = (): string[] => {
    const outside = requests.filter((url) => isOutside(new URL(url), new URL(place.url)));
    const lines = [...failed, ...outside.map((url) => `outside ${url}`)];
    return [...new Set(lines.filter((line) => !optional.test(line)))];
  };
  try {
    await page.goto(`${place.url}${at}`);
    const result = await use({ page, sockets });
    if (found().length > 0) throw new Error('requests failed');
    return result;
  } catch (error) {
    const lines = found()
      .slice(0, shown)
      .map((line) => line.replaceAll(new URL(place.url).origin, ''));
    throw lines.length === 0 ? error : new Error(lines.join('; '), { cause: error });
  } finally {
    await page.close();
  }
}

/** Fonts and analytics of other hosts are the app's own matter; this machine has no network for them. */
function isOutside({ protocol, hostname, port, pathname }: URL, place: URL): boolean {
  if (!/^(?:http|ws)s?:$/.test(protocol) || hostname !== place.hostname) return false;
  if (!/^(?:https|wss):$/.test(protocol) || port !== place.port) return true;
  return place.pathname !== '/' && pathname !== place.pathname && !pathname.startsWith(`${place.pathname}/`);
}

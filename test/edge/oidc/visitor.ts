/** A browser's part in a log-in, without a browser: cookies by host, and redirects one by one. */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { rootPem } from '../edge.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Absolute, or ''. */
  location: string;
}

export interface Sending {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** As a browser that opens a page. */
export const pageVisit = {
  Accept: 'text/html,*/*;q=0.8',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Site': 'none',
};

export class Visitor {
  /** By host and port. */
  readonly cookies = new Map<string, Map<string, string>>();
  readonly #ca: string[];
  readonly #agent = new Agent({ keepAlive: true });

  /** @param roots besides the test authority's. */
  constructor(roots: readonly string[] = []) {
    this.#ca = [rootPem, ...roots];
  }

  /** The cookies for a host, for changes. */
  jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    let jar = this.cookies.get(host);
    if (!jar) this.cookies.set(host, (jar = new Map()));
    return jar;
  }

  /** One request over HTTP/1.1; names resolve to this machine. */
  async send(url: string, { method = 'GET', headers = {}, body }: Sending = {}): Promise<Answer> {
    const { hostname, host, port, pathname, search } = new URL(url);
    const jar = this.jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const asked = request({
      host: '127.0.0.1',
      port,
      path: pathname + search,
      method,
      ca: this.#ca,
      agent: this.#agent,
      servername: /^\d/.test(hostname) ? '' : hostname,
      headers: { Host: host, ...(cookie === '' ? {} : { Cookie: cookie }), ...headers },
    });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    for (const line of answer.headers['set-cookie'] ?? []) keep(jar, line);
    const { location } = answer.headers;
    return {
      status: answer.statusCode!,
      headers: answer.headers,
      body: await text(answer),
      location: location === undefined ? '' : new URL(location, url).href,
    };
  }

  visit(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(url, { headers: { ...pageVisit, ...headers } });
  }

  /** Follows redirects, and enters `login` into the provider's form, until something else comes. */
  async follow(url: string, login: string): Promise<Answer & { url: string }> {
    let at = url;
    for (let left = 20; left > 0; left -= 1) {
      const answer = await this.visit(at);
      const next = answer.body.includes('name="login"')
        ? await this.send(at, {
            method: 'POST',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ login }).toString(),
          })
        : answer;
      if (next.location === '') return { ...next, url: at };
      at = next.location;
    }
    throw new Error('too many redirects');
  }

  /** Logs in at the provider, and stops at the call-back, which it returns without visiting it. */
  async untilCallback(url: string, login: string): Promise<string> {
    let at = url;
    for (let left = 20; left > 0; left -= 1) {
      if (new URL(at).pathname === '/everyhop/callback') return at;
      const answer = await this.visit(at);
      const next = answer.body.includes('name="login"')
        ? await this.send(at, {
            method: 'POST',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ login }).toString(),
          })
        : answer;
      at = next.location;
    }
    throw new Error('too many redirects');
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const hasEnded = attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=.*19[67]\d/i.test(one));
  if (hasEnded) jar.delete(name);
  else jar.set(name, value);
}

import { createHash } from 'node:crypto';
import { fingerprintLines } from '../../base/fingerprint.ts';
import { plainInvocation, spell } from '../../base/invocation.ts';
import type { Language } from '../../base/language.ts';
import { mark } from '../../base/look.ts';
import { type Device, devices } from './devices.ts';
import { handoutWords } from './messages.ts';
import type { RootScope } from './scope.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** Paths on every site that offers the root. */
export const handoutPaths = {
  page: '/everyhop/trust',
  crt: '/everyhop/root.crt',
  pem: '/everyhop/root.pem',
  profile: '/everyhop/root.mobileconfig',
} as const;

export interface PageFacts {
  /** The machine, as people call it. */
  host: string;
  /** Where the page is found, such as `http://192.168.1.20:8080`; the page replaces it by the address that was really used. */
  origin: string;
  httpsPort: number;
  /** Common name of the root. */
  root: string;
  /** SHA-256 of the root, hex. */
  fingerprint: string;
  scope: RootScope;
  notAfterMs: number;
}

/** Content-Security-Policy of the page: its own style and script, and requests to the site. */
export const pagePolicy = [
  `default-src 'none'`,
  `style-src ${sourceHash(style)}`,
  `script-src ${sourceHash(script)}`,
  // The same host at other ports; a policy cannot name it.
  'connect-src http: https:',
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** The page that leads people through trusting the root. Needs nothing else from the network. */
export function handoutPage(language: Language, facts: PageFacts): string {
  const { host, root, httpsPort, fingerprint, origin } = facts;
  const fetch = `everyhop trust fetch ${origin}${handoutPaths.page} --fingerprint ${fingerprint} --install`;
  const keychain = '~/Library/Keychains/login.keychain-db';
  const addToKeychain = `security add-trusted-cert -r trustRoot -k ${keychain} ~/Downloads/root.crt`;
  const deleteFromKeychain = `security delete-certificate -c "${root}" -t ${keychain}`;
  const params = {
    addToKeychain,
    deleteFromKeychain,
    host,
    root,
    port: httpsPort,
    fetch,
    command: spell('{everyhop authority show}', plainInvocation),
  };
  const text = (key: keyof typeof handoutWords.texts): string =>
    handoutWords.say(language, key, { ...params, steps: '{steps}', date: '{date}' });
  const html = (key: keyof typeof handoutWords.texts): string => markup(text(key));
  const states = ['looking', 'waiting', 'trusted', 'blocked'] as const;
  const stateTexts = states.flatMap((state) => [
    `data-${state}="${escape(text(`handout.check.${state}`))}"`,
    ...(state === 'looking' ? [] : [`data-${state}-text="${escape(text(`handout.check.${state}.text`))}"`]),
  ]);
  const other = language === 'en' ? 'zh' : 'en';
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html('handout.title')}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header><span class="mark">${mark}Everyhop</span><a class="language" lang="${other}" href="?lang=${other}">${html('handout.other-language')}</a></header>
<h1>${html('handout.title')}</h1>
<p class="lead">${html('handout.lead')}</p>
<h2><span class="number">1</span>${html('handout.compare')}</h2>
<figure class="card fingerprint"><figcaption>${html('handout.sha256')}</figcaption><pre>${fingerprintLines(fingerprint).join('\n')}</pre></figure>
<p class="note">${html('handout.compare.text')}</p>
<h2><span class="number">2</span>${html('handout.install')}</h2>
<div>
${devices.map((device) => deviceSection(device, html)).join('\n')}
</div>
<h2><span class="number">3</span>${html('handout.check')}</h2>
<section id="check" class="card" aria-live="polite" data-port="${httpsPort}" data-origin="${escape(origin)}" ${stateTexts.join(' ')}>
<div class="state"><span class="dot"></span>${tick}<span class="title"></span></div>
<p class="text"></p>
<a class="button" href="/">${html('handout.open')}</a>
<noscript><p>${html('handout.check.without-script')}</p><a class="button" href="/">${html('handout.open')}</a></noscript>
</section>
<details id="scope" class="card"><summary>${html('handout.scope')}</summary><div class="inside">
${scopeSection(facts, html)}
<p class="note">${escape(root)}. ${html('handout.scope.until').replace('{date}', new Date(facts.notAfterMs).toISOString().slice(0, 10))}</p>
</div></details>
</main>
<script>${script}</script>
</body>
</html>
`;
}

type Render = (key: keyof typeof handoutWords.texts) => string;

function deviceSection({ id, title, downloads, steps, note, remove }: Device, html: Render): string {
  const buttons = downloads.map(
    (kind) => `<a class="button" href="${handoutPaths[kind]}">${html(`handout.${kind}`)}</a>`,
  );
  const items = html(steps)
    .split('\n')
    .map((step) => `<li>${step}</li>`);
  const notes = [...(note ? [html(note)] : []), html('handout.remove').replace('{steps}', () => html(remove))];
  return `<details class="card" data-device="${id}"><summary>${html(title)}<span class="tag" hidden>${html('handout.this-device')}</span></summary><div class="inside">
${buttons.join('\n')}
<ol>${items.join('\n')}</ol>
${notes.map((line) => `<p class="note">${line}</p>`).join('\n')}
</div></details>`;
}

function scopeSection({ scope: { domains, ranges } }: PageFacts, html: Render): string {
  const list = (entries: readonly string[]): string =>
    `<ul class="list">${entries.map((entry) => `<li><code>${escape(entry)}</code></li>`).join('')}</ul>`;
  const limited = domains !== undefined && ranges !== undefined;
  return `<p>${html(limited ? 'handout.scope.text' : 'handout.scope.unlimited')}</p>
<dl>
<dt>${html('handout.scope.domains')}</dt><dd>${domains ? `${html('handout.scope.domains.text')}${list(domains)}` : html('handout.scope.any')}</dd>
<dt>${html('handout.scope.ranges')}</dt><dd>${ranges ? `${html('handout.scope.ranges.text')}${list(ranges)}` : html('handout.scope.any')}</dd>
</dl>`;
}

const tick =
  '<svg viewBox="0 0 30 30" fill="none" aria-hidden="true"><circle cx="15" cy="15" r="15" fill="var(--accent)"/><path d="M8.5 15.5l4.5 4.5 8.5-9.5" stroke="var(--on-accent)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** Escapes, then turns `**x**`, `x` in backquotes and `[x](/path)` into elements. */
function markup(text: string): string {
  return escape(text)
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/`(.+?)`/g, '<code>$1</code>')
    .replace(/\[(.+?)\]\((\/[\w./]+)\)/g, '<a href="$2">$1</a>');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function sourceHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

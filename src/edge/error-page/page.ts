import { createHash } from 'node:crypto';
import type { Language } from '../../base/language.ts';
import { fontFamily, mark, palette } from '../../base/look.ts';
import { edgeWords } from '../messages.ts';

export interface PageButton {
  label: string;
  href: string;
  /** Sends a form, without fields. */
  post?: boolean;
  newTab?: boolean;
}

export interface ErrorPage {
  language: Language;
  /** undefined: no error. */
  status?: number;
  /** One or more sentences; the first is the heading. */
  message: string;
  /** For the operator. */
  lookUp: string;
  /** Shows where the way from the visitor to the app is interrupted. */
  showsHops: boolean;
  /** Opens the app once it answers. Only for requests that may be repeated. */
  retries: boolean;
  buttons: readonly PageButton[];
}

const style = `${palette}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:var(--paper);color:var(--ink);font:17px/1.55 ${fontFamily};overflow-wrap:break-word}
header{display:flex;align-items:center;gap:.6rem;padding:1.1rem 1.25rem;font-weight:650}
.logo{color:var(--accent);height:auto;width:30px}
main{width:100%;max-width:35rem;margin:auto;padding:0 1.25rem 12vh}
h1{font-size:clamp(1.4rem,5.5vw,1.85rem);line-height:1.25;letter-spacing:-.015em;margin:0 0 .6rem;text-wrap:balance}
:lang(zh-CN) h1{letter-spacing:0;line-height:1.4}
p{margin:.5rem 0}
.hops{display:block;width:100%;max-width:19rem;height:auto;margin:0 0 1.6rem;overflow:visible}
.hops text{font-size:13px;fill:var(--soft);text-anchor:middle}
.hops .good{stroke:var(--accent)}.hops .good circle,.hops circle.good{fill:var(--accent);stroke:none}
.hops .open{stroke:var(--soft);stroke-dasharray:1 7;animation:hop 1s linear infinite}
.hops .app{fill:var(--paper);stroke:var(--soft);stroke-width:2}
@keyframes hop{to{stroke-dashoffset:-8}}
@media(prefers-reduced-motion:reduce){.hops .open{animation:none}}
.button{display:inline-flex;margin-top:.8rem;align-items:center;min-height:48px;padding:.4rem 1.3rem;border-radius:12px;background:var(--accent);color:var(--on-accent);font-weight:620;text-decoration:none;border:0;font-family:inherit;font-size:inherit;cursor:pointer}
.button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.soft,small{color:var(--soft)}
small{display:block;margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.82rem}
`;

/**
 * Asks with HEAD after 2, 3, 4 … up to 30 seconds, only while the page is visible, and reloads once the app answers. An app
 * that answers HEAD but not GET hears from the page ever more rarely, too: the pause survives the reload.
 */
const script = `(function(){
var key='everyhop-pause',pause=2,timer,store;
try{store=sessionStorage;var kept=(store.getItem(key)||'').split(' ');if(Date.now()-kept[1]<6e4)pause=Math.min(30,+kept[0]*1.5||2)}catch(e){}
function wait(){clearTimeout(timer);timer=setTimeout(ask,pause*1e3)}
function ask(){if(document.hidden)return;
fetch(location.href,{method:'HEAD',cache:'no-store',redirect:'manual'}).then(function(a){
if(a.status===502||a.status===503||a.status===504)throw 0;
try{store.setItem(key,pause+' '+Date.now())}catch(e){}
location.reload()}).catch(function(){pause=Math.min(30,pause*1.3);wait()})}
document.addEventListener('visibilitychange',function(){if(!document.hidden)wait()});
wait()})()`;

/** Content-Security-Policy: the page's own style and script, and questions to its own site. */
const policy = [
  "default-src 'none'",
  `style-src ${sourceHash(style)}`,
  `script-src ${sourceHash(script)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'self'",
];
export const errorPagePolicy = [...policy, "form-action 'none'"].join('; ');
/** For a page with a form. Its answer may be a redirect to another site, which `form-action` would have to name. */
export const formPolicy = policy.join('; ');

export function renderErrorPage(content: ErrorPage): string {
  const { language, status, message, lookUp, showsHops, retries, buttons } = content;
  const say = (key: keyof typeof edgeWords.texts): string => edgeWords.texts[key][language];
  const told = retries ? message.replace(/(?: Try again (?:shortly|later)\.|(?<=。)请稍后再试。)$/, '') : message;
  const [, heading = told, rest = ''] = /^(.*?(?:\.(?=\s|$)|。))\s*([^]*)$/.exec(told) ?? [];
  const again = `<p class="soft">${say('edge.page.waiting')}</p>\n<p><a class="button" href="">${say('edge.page.again')}</a></p>`;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${status === undefined ? '' : `${status} · `}${escaped(heading)}</title>
<link rel="icon" href="data:,">${retries ? '\n<noscript><meta http-equiv="refresh" content="15"></noscript>' : ''}
<style>${style}</style>
</head>
<body>
<header>${mark}Everyhop</header>
<main>
${showsHops ? hops([say('edge.page.you'), 'Everyhop', say('edge.page.app')]) : ''}<h1>${escaped(heading)}</h1>
${rest === '' ? '' : `<p>${escaped(rest)}</p>\n`}${retries ? `${again}\n` : ''}${buttons.map(button).join('')}${lookUp === '' ? '' : `<small>${lookUp}</small>\n`}</main>
${retries ? `<script>${script}</script>\n` : ''}</body>
</html>
`;
}

function button({ label, href, post, newTab }: PageButton): string {
  if (post) return `<form method="post" action="${escaped(href)}"><button class="button">${label}</button></form>\n`;
  return `<p><a class="button" href="${escaped(href)}"${newTab ? ' target="_blank"' : ''}>${label}</a></p>\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The first hop works: this page came over it. */
function hops([you, edge, app]: readonly [string, string, string]): string {
  return `<svg class="hops" viewBox="24 0 280 92" fill="none" stroke-width="3" stroke-linecap="round" aria-hidden="true">
<path class="good" d="M40 62Q100-8 160 62"/><path class="open" d="M160 62Q220-8 280 62"/>
<circle class="good" cx="40" cy="62" r="7"/><circle class="good" cx="160" cy="62" r="7"/><circle class="app" cx="280" cy="62" r="6"/>
<text x="40" y="88">${you}</text><text x="160" y="88">${edge}</text><text x="280" y="88">${app}</text>
</svg>
`;
}

function sourceHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

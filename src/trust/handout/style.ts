import { fontFamily, palette } from '../../base/look.ts';

/** The page's style: one column, the system's fonts, light and dark, touch targets of at least 48 px. */
export const style = `
${palette}
:root{--wait-bg:#fff6e0;--bad-bg:#fdeeeb;--good-bg:var(--tint)}
@media(prefers-color-scheme:dark){:root{--wait-bg:#2b2412;--bad-bg:#351b17}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 ${fontFamily};overflow-wrap:break-word}
main{max-width:37rem;margin:0 auto;padding:1.25rem 1.25rem 2rem}
header{display:flex;align-items:center;justify-content:space-between;min-height:48px;margin-bottom:1.5rem}
.mark{display:flex;align-items:center;gap:.55rem;font-weight:650;letter-spacing:-.01em}
.mark svg{width:30px;height:auto;color:var(--accent)}
.language{display:flex;align-items:center;min-height:48px;padding:0 .75rem;margin-right:-.75rem;color:var(--soft);text-decoration:none}
h1{font-size:clamp(1.7rem,7.2vw,2.3rem);line-height:1.15;letter-spacing:-.025em;font-weight:700;margin:0 0 .75rem;text-wrap:balance}
:lang(zh) h1{letter-spacing:0;line-height:1.3}
.lead{font-size:1.08rem;color:var(--soft);margin:0 0 2rem;text-wrap:pretty}
h2{display:flex;align-items:center;gap:.7rem;font-size:1.2rem;line-height:1.3;letter-spacing:-.01em;font-weight:650;margin:2.25rem 0 .75rem}
.number{flex:none;display:grid;place-items:center;width:1.9rem;height:1.9rem;border-radius:50%;background:var(--ink);color:var(--paper);font-size:.95rem;font-weight:650;font-variant-numeric:tabular-nums}
p{margin:.5rem 0 .9rem}
b{font-weight:620}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px}
.fingerprint{padding:1rem 1.1rem;margin:0}
.fingerprint figcaption{color:var(--soft);font-size:.85rem;margin-bottom:.5rem}
.fingerprint pre{margin:0;font:600 clamp(1.05rem,5vw,1.35rem)/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;letter-spacing:.02em;word-spacing:.12em;white-space:pre}
details{margin-bottom:.6rem;overflow:hidden}
summary{display:flex;align-items:center;gap:.6rem;min-height:56px;padding:.75rem 1.1rem;font-weight:600;cursor:pointer;list-style:none;-webkit-tap-highlight-color:transparent}
summary::-webkit-details-marker{display:none}
summary::after{content:"";flex:none;width:.55rem;height:.55rem;margin-left:auto;border:solid var(--soft);border-width:0 2px 2px 0;rotate:45deg;translate:0 -2px;transition:rotate .15s,translate .15s}
details[open]>summary::after{rotate:225deg;translate:0 2px}
summary:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:10px}
.tag{padding:.1rem .6rem;border-radius:99px;background:var(--good-bg);color:var(--accent);font-size:.82rem;font-weight:600}
.inside{padding:.1rem 1.1rem 1.1rem}
.button{display:flex;align-items:center;justify-content:center;min-height:52px;padding:.6rem 1.2rem;margin:.35rem 0 1rem;border-radius:12px;background:var(--accent);color:var(--on-accent);font-weight:620;text-decoration:none;text-align:center}
.button:active{opacity:.8}
ol{margin:0;padding-left:1.4rem}
li{padding-left:.3rem;margin:.55rem 0}
li::marker{color:var(--soft);font-variant-numeric:tabular-nums}
code{font:.88em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--code);border-radius:6px;padding:.12em .35em;overflow-wrap:anywhere;-webkit-box-decoration-break:clone;box-decoration-break:clone;user-select:all;-webkit-user-select:all}
.inside code{display:block;margin:.35rem 0;padding:.5em .7em;border-radius:8px}.list code{display:inline;margin:0}
.note{color:var(--soft);font-size:.94rem;margin:.9rem 0 0}
.inside a:not(.button){color:var(--accent)}
#check{position:sticky;bottom:.75rem;padding:.95rem 1.1rem;box-shadow:0 8px 30px #0000001f;background:var(--card);transition:background .3s,border-color .3s}
#check[data-state=waiting]{background:var(--wait-bg)}
#check[data-state=blocked]{background:var(--bad-bg)}
#check[data-state=trusted]{background:var(--good-bg);border-color:var(--accent);backdrop-filter:blur(12px)}
@media(prefers-color-scheme:dark){#check[data-state=trusted]{background:#133026}}
.state{display:flex;align-items:center;gap:.7rem;font-weight:650}
.state svg{flex:none;width:1.9rem;height:1.9rem}
.dot{flex:none;width:.8rem;height:.8rem;margin:.55rem;border-radius:50%;background:var(--soft);animation:pulse 1.6s ease-in-out infinite}
[data-state=waiting] .dot{background:var(--wait)}[data-state=waiting] .state{color:var(--wait)}
[data-state=blocked] .dot{background:var(--bad);animation:none}[data-state=blocked] .state{color:var(--bad)}
[data-state=trusted] .state{color:var(--accent)}
[data-state=trusted] .dot,#check:not([data-state=trusted]) svg,#check:not([data-state=trusted]) .button,[hidden]{display:none}
#check p{margin:.3rem 0 0;font-size:.94rem;color:var(--soft)}
#check .button{margin:.8rem 0 0}
noscript .button{margin-top:.8rem}
@keyframes pulse{50%{opacity:.35}}
@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
dl{margin:0}dt{font-weight:620;margin-top:.8rem}dd{margin:.15rem 0 0}
.list{display:flex;flex-wrap:wrap;gap:.35rem;padding:0;margin:.45rem 0 0;list-style:none}.list li{margin:0;padding:0}
.list code{padding:.2em .5em}
#scope{margin-top:2.25rem}
`;

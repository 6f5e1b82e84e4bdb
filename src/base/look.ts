/** The look that all our pages share: colours, type and the mark. Nothing is loaded from elsewhere. */

const light =
  '--paper:#f6f5f1;--card:#fff;--ink:#1c1d1a;--soft:#62655d;--line:#e2e0d8;--accent:#0b6b54;--on-accent:#fff;--wait:#8a5a00;--bad:#a32b1d;--tint:#e4f4ec;--code:#f1efe8';
const dark =
  '--paper:#131512;--card:#1c1f1b;--ink:#ecebe5;--soft:#a3a79c;--line:#30342e;--accent:#6fd0ac;--on-accent:#07231b;--wait:#f0c36a;--bad:#ff9d8c;--tint:#133026;--code:#262a24';

/** CSS variables, for light and dark. */
export const palette = `:root{color-scheme:light dark;${light}}@media(prefers-color-scheme:dark){:root{${dark}}}`;

/** Value of `font-family`: the system's own, Chinese included. */
export const fontFamily =
  'system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif';

/** Two hops between three machines, in the colour of the text. */
export const mark =
  '<svg class="logo" width="34" height="22" viewBox="0 0 34 22" fill="none" stroke="currentColor" stroke-width="2.5" aria-hidden="true"><path d="M4 18Q10.5-4 17 18Q23.5-4 30 18" stroke-linecap="round"/><g fill="currentColor" stroke="none"><circle cx="4" cy="18" r="3"/><circle cx="17" cy="18" r="3"/><circle cx="30" cy="18" r="3"/></g></svg>';

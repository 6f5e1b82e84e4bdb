/** Draws a browser window or a phone around a screenshot. */
import type { Page } from 'playwright-core';

export interface Shot {
  png: Buffer;
  /** The address that the browser showed. */
  address: string;
  /** Whether the browser verified the certificate. */
  isSecure: boolean;
  dark: boolean;
  width: number;
}

const padlock =
  '<svg width="14" height="16" viewBox="0 0 14 16" fill="none" stroke="currentColor" stroke-width="1.7"><rect x="1.5" y="7" width="11" height="7.5" rx="1.6"/><path d="M4 7V4.6a3 3 0 0 1 6 0V7"/></svg>';

/** @returns WebP. */
export async function frame(page: Page, { png, address, isSecure, dark, width }: Shot, phone = false): Promise<Buffer> {
  const colours = dark
    ? { bar: '#232825', field: '#161a18', text: '#dfe6e2', soft: '#8f9a94', edge: '#3a413d' }
    : { bar: '#e9ebe8', field: '#fff', text: '#24302b', soft: '#66716c', edge: '#c9cec9' };
  const [scheme, rest] = address.split('://') as [string, string];
  const shown = isSecure ? rest.replace(/\/$/, '') : `${scheme}://${rest}`;
  const bar = phone ? 'padding:9px 14px;justify-content:center' : 'padding:10px 14px';
  const dots = phone ? '' : `<i></i><i></i><i></i>`;
  await page.setContent(`<style>
body{margin:0;padding:14px;background:transparent;font:14px system-ui,sans-serif}
#w{width:${width}px;border:1px solid ${colours.edge};border-radius:${phone ? 26 : 11}px;overflow:hidden;background:${colours.bar};box-shadow:0 6px 18px #0002}
header{display:flex;align-items:center;gap:8px;${bar}}
i{width:11px;height:11px;border-radius:50%;background:${colours.edge}}
p{flex:1;display:flex;align-items:center;gap:8px;margin:0 0 0 ${phone ? 0 : 8}px;padding:6px 14px;border-radius:99px;background:${colours.field};color:${colours.text}}
p svg{color:${colours.soft}}
img{display:block;width:100%}
</style><div id="w"><header>${dots}<p>${isSecure ? padlock : ''}<span>${shown}</span></p></header><img src="data:image/png;base64,${png.toString('base64')}"></div>`);
  await page.waitForFunction('document.querySelector("img").complete');
  const box = (await page.locator('#w').boundingBox())!;
  const clip = { x: box.x - 14, y: box.y - 14, width: box.width + 28, height: box.height + 28 };
  await page.setViewportSize({ width: Math.ceil(clip.width), height: Math.ceil(clip.height) });
  return webp(page, await page.screenshot({ clip, omitBackground: true }));
}

/** Chromium is the encoder. */
async function webp(page: Page, png: Buffer): Promise<Buffer> {
  const data = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.86).split(',')[1];
  })()`);
  return Buffer.from(data, 'base64');
}

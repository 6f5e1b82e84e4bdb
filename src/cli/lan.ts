import { fingerprintLines } from '../base/fingerprint.ts';
import type { ServiceStatus } from '../app/serve.ts';
import type { Output } from './output.ts';
import { qrCode } from './qr.ts';

/** For phones and other computers: a link, a QR code, and the fingerprint to compare. */
export function tellLan(output: Output, lan: Omit<NonNullable<ServiceStatus['lan']>, 'names'>, hasCode = true): void {
  const { urls, trustUrl, rootFingerprint } = lan;
  if (trustUrl === undefined) {
    for (const url of urls) output.line('up.lan.url', { url });
    return;
  }
  output.text('');
  const isForLan = urls.length > 0;
  output.line(isForLan ? 'up.lan' : 'up.trust-page', {}, 'bold');
  output.text(`  ${trustUrl}`);
  if (hasCode && isForLan && output.terminal) {
    const code = qrCode(trustUrl, output.columns, output.hasColours);
    if (code !== undefined) output.text(`\n${code}\n`);
  }
  if (isForLan) output.line('up.lan.then', { urls: urls.join('  ') });
  if (rootFingerprint !== undefined) {
    output.line('up.lan.fingerprint', {});
    for (const line of fingerprintLines(rootFingerprint)) output.text(`    ${line}`);
  }
  const ports = [trustUrl, ...urls.slice(0, 1)].map(portOf);
  if (isForLan) output.line('up.lan.ports', { ports: [...new Set(ports)].join(', ') }, 'dim');
  output.text('');
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url);
  return port || (protocol === 'https:' ? '443' : '80');
}

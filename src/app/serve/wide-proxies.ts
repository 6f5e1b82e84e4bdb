import { edgeError } from '../../edge/messages.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { isInBlock, parseCidr } from '../../names/cidr.ts';

/** Shorter prefixes than any operator of proxies owns: 8 bits of IPv4, 16 bits of IPv6. */
const shortestPrefix: Readonly<Record<number, number>> = { 4: 8, 16: 16 };
/** Private ranges may be trusted as a whole. */
const privateBlocks = ['fc00::/7', 'fe80::/10'].map((text) => parseCidr(text)!);

/** Warns of blocks in `trusted_proxies` from which the whole Internet may say who the visitor is. */
export function wideProxies(blocks: readonly string[]): Finding[] {
  const wide = blocks.filter((text) => {
    const block = parseCidr(text);
    if (!block) return false;
    const prefix = [...block.mask].reduce((bits, octet) => bits + octet.toString(2).replaceAll('0', '').length, 0);
    const isPrivate = privateBlocks.some((one) => isInBlock(block.address, one) && prefix >= 7);
    return prefix < shortestPrefix[block.address.length]! && !isPrivate;
  });
  if (wide.length === 0) return [];
  return [new Fault('warning', edgeError('edge.proxies-too-wide', { blocks: wide.join(', ') }))];
}
